// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.flow.Delivery.Answer;
import dev.weft.flow.Delivery.Next;
import dev.weft.flow.DeliveryPath.Done;
import dev.weft.store.EventRecords;
import dev.weft.store.Events.Claimed;
import dev.weft.store.Events.Load;
import dev.weft.store.Store;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Claims what is due and sends each on its {@link DeliveryPath}, so many at once and of one function. One thread asks the store;
 * it wakes when an event is taken, when a call is over, and every second for what others did.
 */
final class Deliveries implements AutoCloseable {
    /** How long after a call its function's lines are looked for. */
    static final List<Duration> TAIL_WAITS = List.of(Duration.ofMillis(50), Duration.ofMillis(500));

    private static final Duration FORGET_EVERY = Duration.ofSeconds(10);
    private static final Duration TROUBLE_WAIT = Duration.ofSeconds(1);
    private static final Duration CUT_MAX = Duration.ofSeconds(2);
    private static final long WAIT_NANOS_MIN = 1_000_000;
    private static final System.Logger LOG = System.getLogger("dev.weft.flow");

    private final dev.weft.store.Events store;
    private final EventRecords records;
    private final Caller caller;
    private final EventRoom.Served served;
    private final FlowLimits limits;
    private final InstantSource clock;
    private final FlowMeters meters;
    private final Backlog backlog;
    private final String holder = UUID.randomUUID().toString();
    private final DeliveryPath path;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Set<Thread> workers = new HashSet<>();
    private int running;
    private boolean woken;
    private boolean stopping;
    private Instant lookAt = Instant.MIN;
    private Instant renewAt = Instant.MIN;
    private Instant forgetAt = Instant.MIN;
    private final Thread dispatcher;

    Deliveries(Store store, Backlog backlog, FlowMeters meters, EventRoom.Around around) {
        this.store = store.events();
        this.records = store.eventRecords();
        this.backlog = backlog;
        this.meters = meters;
        this.caller = around.caller();
        this.served = around.served();
        this.limits = around.limits();
        this.clock = around.clock();
        this.path = new DeliveryPath(this.store, holder, caller, served, clock);
        this.dispatcher = Thread.ofVirtual().name("events").start(this::dispatch);
    }

    /** An event for {@code function} has come into the queue. On any thread. */
    void arrived(String function) {
        lock.lock();
        try {
            lane(function).dueAt(clock.instant());
            wake();
        } finally {
            lock.unlock();
        }
    }

    private Lane lane(String function) {
        return lanes.computeIfAbsent(function, Lane::new);
    }

    private void wake() {
        woken = true;
        changed.signalAll();
    }

    private void dispatch() {
        try {
            while (!stopped()) {
                try {
                    Instant now = clock.instant();
                    look(now);
                    List<Claimed> claimed = caller.ready() ? claim(now) : List.of();
                    claimed.forEach(this::start);
                    if (claimed.isEmpty()) {
                        await();
                    }
                } catch (RuntimeException failed) { // whatever it is: this thread must not end by it
                    LOG.log(Level.WARNING, "events can't be read; it is tried again: " + failed.getMessage());
                    Thread.sleep(TROUBLE_WAIT);
                }
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean stopped() {
        lock.lock();
        try {
            return stopping;
        } finally {
            lock.unlock();
        }
    }

    /** For what others put there, for claims of those who are gone, for records that are too old. */
    private void look(Instant now) {
        if (now.isBefore(lookAt)) {
            return;
        }
        lookAt = now.plus(limits.look());
        if (!now.isBefore(renewAt)) {
            renewAt = now.plus(limits.lease().dividedBy(3));
            int ignored = store.renew(holder, now.plus(limits.lease()));
            int recovered = store.recover(now);
            if (recovered > 0) {
                meters.recovered(recovered);
                LOG.log(
                        Level.INFO,
                        "events whose calls went with their Weft are called with again, events=" + recovered);
            }
        }
        Backlog.Mark mark = backlog.mark();
        List<Load> loads = store.loads();
        backlog.is(loads, mark);
        meters.loads(loads, now);
        lock.lock();
        try {
            loads.stream()
                    .filter(each -> each.state() == EventRecord.State.WAITING)
                    .forEach(each -> lane(each.function()).dueAt(each.due()));
            lanes.values().removeIf(each -> each.running() == 0 && each.next().equals(Instant.MAX));
        } finally {
            lock.unlock();
        }
        if (!now.isBefore(forgetAt)) {
            forgetAt = now.plus(FORGET_EVERY);
            int dead = records.forget(now);
            if (dead > 0) {
                meters.forgotten(dead);
                LOG.log(Level.WARNING, "dead letters too old or too many to be kept are gone, events=" + dead);
            }
        }
    }

    private List<Claimed> claim(Instant now) {
        Map<String, Integer> wanted = wanted(now);
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<Claimed> claimed = store.claim(wanted, holder, now, now.plus(limits.lease()));
        Map<String, Integer> got = new HashMap<>();
        claimed.forEach(each -> got.merge(each.event().function(), 1, Integer::sum));
        lock.lock();
        try {
            wanted.forEach((function, most) -> {
                if (got.getOrDefault(function, 0) >= most) {
                    lane(function).dueAt(now); // there may be more
                }
            });
        } finally {
            lock.unlock();
        }
        return claimed;
    }

    /** How many of which function; those with the fewest under way first, so that each comes to its turn. */
    private Map<String, Integer> wanted(Instant now) {
        Map<String, Integer> wanted = new HashMap<>();
        lock.lock();
        try {
            int room = stopping ? 0 : limits.deliveriesMax() - running;
            List<Lane> ready = new ArrayList<>(lanes.values());
            ready.removeIf(each -> each.free(most(each.function()), now) == 0);
            ready.sort(Comparator.comparingInt(Lane::running));
            for (int i = 0; i < ready.size() && room > 0; i++) {
                Lane each = ready.get(i);
                int share = Math.max(1, room / (ready.size() - i));
                int most = Math.min(share, each.free(most(each.function()), now));
                wanted.put(each.function(), most);
                each.asked();
                room -= most;
            }
        } finally {
            lock.unlock();
        }
        return wanted;
    }

    /** Calls of a function at once: no more than its instances take, and not all that Weft can do. */
    private int most(String name) {
        return Event.performed(name)
                ? limits.deliveriesOfFunctionMax()
                : Lane.most(served.find(name), limits.deliveriesOfFunctionMax());
    }

    private void await() throws InterruptedException {
        lock.lock();
        try {
            Instant next = lookAt;
            if (running < limits.deliveriesMax()) {
                for (Lane each : lanes.values()) {
                    boolean room = each.room(most(each.function())) > 0;
                    next = room && each.next().isBefore(next) ? each.next() : next;
                }
            }
            long nanos = Math.max(
                    WAIT_NANOS_MIN, Duration.between(clock.instant(), next).toNanos());
            while (!woken && !stopping && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }

    private void start(Claimed claimed) {
        String function = claimed.event().function();
        lock.lock();
        try {
            lane(function).started();
            running++;
            Thread worker =
                    Thread.ofVirtual().name("event-" + claimed.event().id()).unstarted(() -> work(claimed));
            workers.add(worker);
            worker.start();
        } finally {
            lock.unlock();
        }
    }

    private void work(Claimed claimed) {
        try {
            Done done = null;
            try {
                done = path.deliver(claimed);
            } finally {
                ended(claimed, done);
            }
            tail(claimed, done);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "event " + claimed.event().id() + " was given up", bug);
        } finally {
            lock.lock();
            try {
                workers.remove(Thread.currentThread());
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void ended(Claimed claimed, @org.jspecify.annotations.Nullable Done done) {
        Instant now = clock.instant();
        Event event = claimed.event();
        lock.lock();
        try {
            Lane lane = lane(event.function());
            lane.ended();
            running--;
            lane.dueAt(now);
            if (done != null && done.answer() instanceof Answer.Away) {
                lane.away(now);
            } else if (done != null && done.answer() != null) {
                lane.answered();
            }
            if (done != null && done.sent() != null && done.ours()) {
                lane(done.sent().function()).dueAt(now);
                backlog.force(done.sent().payload().length);
            }
            wake();
        } finally {
            lock.unlock();
        }
        if (done == null || !done.ours()) {
            return;
        }
        switch (done.next()) {
            case Next.Delivered() -> {
                backlog.remove(event.payload().length);
                meters.delivered(event.function(), Duration.between(claimed.accepted(), now));
            }
            case Next.Dead dead -> {
                backlog.remove(event.payload().length);
                meters.died(event.function(), dead.condition());
                LOG.log(
                        Level.WARNING,
                        "event is a dead letter, event=" + event.id() + " function=" + event.function() + " why="
                                + dead.condition().word());
            }
            case Next.Again again -> {
                meters.retried(event.function(), done.answer() instanceof Answer.Away);
                lock.lock();
                try {
                    lane(event.function()).dueAt(again.due());
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /** What a function writes comes by another way than its answer, and a little later. */
    private void tail(Claimed claimed, Done done) throws InterruptedException {
        if (done.answer() == null || !done.ours()) {
            return;
        }
        String log = "";
        for (Duration wait : TAIL_WAITS) {
            if (log.isEmpty()) { // nothing yet, or the function writes nothing: this is the last look then
                Thread.sleep(wait);
                log = caller.logTail(DeliveryPath.plain(claimed.event()));
            }
        }
        if (!log.isEmpty()) {
            records.log(claimed.event().id(), log);
        }
    }

    /** Claims no more. */
    void pause() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Claims no more and waits at most {@code most} for calls under way; the rest is given back. How many that were. Blocking. */
    int drain(Duration most) throws InterruptedException {
        pause();
        awaitNoWorkers(most);
        lock.lock();
        try {
            workers.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
        awaitNoWorkers(CUT_MAX);
        boolean ignored = dispatcher.join(CUT_MAX);
        return store.release(holder);
    }

    private void awaitNoWorkers(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        lock.lock();
        try {
            long left = most.toNanos();
            while (!workers.isEmpty() && left > 0) {
                left = Math.min(end - System.nanoTime(), changed.awaitNanos(left));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            int ignored = drain(Duration.ZERO);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
