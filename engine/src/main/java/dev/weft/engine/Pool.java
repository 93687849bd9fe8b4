// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One function's instances on one stand-in. A call that finds a free slot takes it without a lock; queue, starts and
 * changes of version go through one lock, which is never held while a process is waited for.
 */
@SuppressWarnings("ReferenceEquality") // the same code deployed again is another version: its instances are other ones
final class Pool {
    /** How long a reload waits for as many new instances as old ones were there; then what is ready must do. */
    static final Duration RELOAD_WARM_MAX = Duration.ofSeconds(3);

    private static final AtomicLong IDS = new AtomicLong();

    private final String function;
    private final ContractHost.StandInCloud cloud;
    private final int owner;
    private final Workshop workshop;
    private final Staging staging;
    private final FunctionLog log;
    private final ReadyInstances ready = new ReadyInstances();

    private volatile @Nullable Version current;
    private volatile int queued;

    private final Object deploying = new Object();
    private final Object lock = new Object();
    // what follows is guarded by lock
    private final Set<Instance> all = new LinkedHashSet<>();
    private final ArrayDeque<ServedCall> queue = new ArrayDeque<>();
    private final StartBackoff starts = new StartBackoff();
    private final Patience patience = new Patience();
    private @Nullable Version candidate;

    Pool(PoolId place, Workshop workshop, Staging staging, FunctionLog log) {
        this.function = place.function();
        this.cloud = place.cloud();
        this.owner = place.owner();
        this.workshop = workshop;
        this.staging = staging;
        this.log = log;
    }

    /** Serves the call now, soon, or says why not. On the call's loop. */
    void take(ServedCall call) {
        if (current == null) {
            call.refused(absent());
            return;
        }
        Instance free = ready.acquire();
        if (free != null) {
            call.begin(free);
            return;
        }
        call.waiting();
        Outcome.Failure broken;
        boolean full;
        synchronized (lock) {
            broken = brokenNow();
            full = broken == null && !patience.allows(queue.size(), Patience.slots(current, ready.size()), millis());
            if (broken == null && !full) {
                queue.add(call);
                queued = queue.size();
                handOut();
                startMissing();
            }
        }
        if (broken != null) {
            call.refused(broken);
        } else if (full) {
            call.refused(busy("all instances are taken and as many calls wait as may"));
        }
    }

    /** The call waits no longer. */
    void forget(ServedCall call) {
        synchronized (lock) {
            queue.remove(call);
            queued = patience.left(queue.size(), millis());
        }
    }

    /** A slot became free somewhere. */
    void released() {
        if (queued > 0) {
            synchronized (lock) {
                handOut();
            }
        }
    }

    /** Changes to {@code next}; the first version is taken as it is, a later one only when it starts. Blocking. */
    void deploy(Version next) throws InterruptedException {
        synchronized (deploying) {
            Version before = current;
            if (before == null) {
                synchronized (lock) {
                    current = next;
                    starts.succeeded();
                    keepMinimum(next);
                }
                return;
            }
            if (before.hash().equals(next.hash())) {
                staging.release(next.staged());
                return;
            }
            reload(before, next);
        }
    }

    private void reload(Version before, Version next) throws InterruptedException {
        List<Instance> fresh = new ArrayList<>();
        boolean done = false;
        try {
            synchronized (lock) {
                candidate = next;
                fresh.add(launch(next));
            }
            Outcome.Failure failure = fresh.getFirst().awaitStart();
            if (failure != null) {
                throw new CloudException(
                        CloudException.Kind.INVALID,
                        function + ": the new version does not start, the one before goes on: " + failure.message()
                                + (failure.logTail().isEmpty() ? "" : "\n" + failure.logTail()),
                        null);
            }
            warm(next, fresh);
            swap(next);
            done = true;
        } finally {
            if (!done) {
                synchronized (lock) {
                    candidate = null;
                }
                fresh.forEach(Instance::drain);
                staging.release(next.staged());
            }
        }
        staging.release(before.staged());
    }

    /** As many as serve now: the callers of ten must not all wait for one. */
    private void warm(Version next, List<Instance> fresh) throws InterruptedException {
        int wanted = Math.min(ready.size(), next.function().spec().maxInstances());
        synchronized (lock) {
            while (fresh.size() < wanted) {
                fresh.add(launch(next));
            }
        }
        long until = millis() + RELOAD_WARM_MAX.toMillis();
        while (millis() < until && fresh.stream().anyMatch(each -> each.state() == InstanceStatus.State.STARTING)) {
            Thread.sleep(Duration.ofMillis(2));
        }
    }

    private void swap(Version next) {
        List<Instance> old = new ArrayList<>();
        synchronized (lock) {
            current = next;
            candidate = null;
            starts.succeeded();
            List<Instance> serving = new ArrayList<>();
            for (Instance each : all) {
                if (each.version() != next) {
                    old.add(each);
                } else if (each.state() == InstanceStatus.State.READY) {
                    serving.add(each);
                }
            }
            ready.replace(serving);
            patience.joined(millis());
            handOut();
            startMissing();
        }
        old.forEach(Instance::drain);
    }

    /** Takes the function away; calls under way finish. */
    void delete() {
        synchronized (deploying) {
            List<Instance> leaving;
            List<ServedCall> waiting;
            Version gone = current;
            synchronized (lock) {
                current = null;
                ready.replace(List.of());
                leaving = List.copyOf(all);
                waiting = emptied();
            }
            leaving.forEach(Instance::drain);
            waiting.forEach(each -> each.loop().execute(() -> each.refused(absent())));
            if (gone != null) {
                staging.release(gone.staged());
            }
        }
    }

    /** The instance takes calls from now on. */
    void ready(Instance instance) {
        boolean late;
        synchronized (lock) {
            late = instance.version() != current && instance.version() != candidate;
            if (instance.version() == current && instance.state() == InstanceStatus.State.READY) {
                starts.succeeded();
                ready.add(instance);
                patience.joined(millis());
                handOut();
            }
        }
        if (late) {
            instance.drain();
        }
    }

    /** The instance takes no more calls. */
    void leaving(Instance instance) {
        synchronized (lock) {
            ready.remove(instance);
            startMissing();
        }
    }

    /** The instance's process is gone. */
    void ended(Instance instance) {
        List<ServedCall> hopeless = List.of();
        Outcome.Failure failure = instance.startFailure();
        staging.release(instance.version().staged());
        synchronized (lock) {
            all.remove(instance);
            ready.remove(instance);
            if (failure != null && instance.version() == current) {
                starts.failed(failure, millis());
                if (ready.size() == 0 && count(InstanceStatus.State.STARTING) == 0) {
                    hopeless = emptied();
                }
            }
            startMissing();
        }
        if (failure != null) {
            hopeless.forEach(each -> each.loop().execute(() -> each.refused(failure)));
        }
    }

    /** What time does: idle instances end, missing ones start. */
    void tick() {
        Version now = current;
        if (now == null) {
            return;
        }
        long idleBefore = millis() - now.function().spec().idleTimeout().toMillis();
        int least = now.function().spec().minInstances();
        now().forEach(Instance::watchMemory);
        // the newest first: calls prefer the oldest, so those at the end are the ones that only a peak needed
        List<Instance> serving = ready.list();
        for (int i = serving.size() - 1; i >= least; i--) {
            if (serving.get(i).idleSince() < idleBefore && queued == 0) {
                serving.get(i).endIfIdle();
            }
        }
        synchronized (lock) {
            if (current == now) {
                keepMinimum(now);
                startMissing();
            }
        }
    }

    private List<Instance> now() {
        synchronized (lock) {
            return List.copyOf(all);
        }
    }

    /** Ends every process now. */
    void kill() {
        now().forEach(Instance::kill);
    }

    boolean empty() {
        return now().isEmpty();
    }

    List<InstanceStatus> instances() {
        return now().stream().map(Instance::status).toList();
    }

    CloudException busy(String why) {
        return new CloudException(
                CloudException.Kind.BUSY, function + " on " + cloud.name() + ": " + why, null, Patience.RETRY_AFTER);
    }

    private void handOut() {
        while (!queue.isEmpty()) {
            Instance free = ready.acquire();
            if (free == null) {
                return;
            }
            ServedCall next = queue.remove();
            queued = patience.taken(next.waitsSince(), queue.size(), Patience.slots(current, ready.size()), millis());
            next.loop().execute(() -> next.begin(free));
        }
    }

    private List<ServedCall> emptied() {
        List<ServedCall> waiting = List.copyOf(queue);
        queue.clear();
        queued = patience.left(0, millis());
        return waiting;
    }

    private void startMissing() {
        Version now = current;
        if (now == null || queue.isEmpty() || !starts.allowed(millis())) {
            return;
        }
        int starting = count(InstanceStatus.State.STARTING);
        int wanted = Math.ceilDiv(queue.size(), now.callsAtOnce()) - starting;
        int room = now.function().spec().maxInstances() - starting - ready.size();
        for (int i = Math.min(wanted, room); i > 0; i--) {
            launch(now);
        }
    }

    private void keepMinimum(Version now) {
        int missing = now.function().spec().minInstances() - ready.size() - count(InstanceStatus.State.STARTING);
        for (int i = starts.allowed(millis()) ? missing : 0; i > 0; i--) {
            launch(now);
        }
    }

    private Instance launch(Version version) {
        Instance instance = new Instance(this, version, function + "-" + Long.toString(IDS.incrementAndGet(), 36));
        staging.retain(version.staged());
        all.add(instance);
        instance.start();
        return instance;
    }

    private int count(InstanceStatus.State state) {
        int count = 0;
        for (Instance each : all) {
            if (each.version() == current && each.state() == state) {
                count++;
            }
        }
        return count;
    }

    private Outcome.@Nullable Failure brokenNow() {
        boolean nobody = ready.size() == 0 && count(InstanceStatus.State.STARTING) == 0;
        return nobody ? starts.refusal(millis()) : null;
    }

    private CloudException absent() {
        return new CloudException(CloudException.Kind.ABSENT, function + " is not deployed on " + cloud.name(), null);
    }

    String function() {
        return function;
    }

    ContractHost.StandInCloud cloud() {
        return cloud;
    }

    /** As whom its processes run, where code may be read by one user only; else 0. */
    int owner() {
        return owner;
    }

    Workshop workshop() {
        return workshop;
    }

    FunctionLog log() {
        return log;
    }

    @Nullable
    Version current() {
        return current;
    }

    long millis() {
        return workshop.clock().millis();
    }
}
