// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.CallContext;
import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One process and the calls it serves. Slots are taken without a lock; its life is one virtual thread, top to bottom. */
final class Instance {
    /** Added to the count of calls when no more may come: what is left of it then says how many are still there. */
    private static final int CLOSED = -(1 << 30);

    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private final Pool pool;
    private final Version version;
    private final String id;
    private final AtomicInteger slots = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicLong calls = new AtomicLong();
    private final Set<ServedCall> underWay = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
    private volatile InstanceStatus.State state = InstanceStatus.State.STARTING;
    private volatile @Nullable CallContext serving;
    private volatile @Nullable String lastInvocation;
    private volatile @Nullable InstanceProcess process;
    private volatile Outcome.@Nullable Failure startFailure;
    private volatile boolean gone;
    private volatile long idleSince;

    Instance(Pool pool, Version version, String id) {
        this.pool = pool;
        this.version = version;
        this.id = id;
        this.idleSince = pool.millis();
    }

    /** Begins its life. The pool hears of {@code ready} and {@code ended}. */
    void start() {
        Thread.ofVirtual().name("instance-" + id).start(this::live);
    }

    private void live() {
        pool.workshop().starts().began();
        boolean starting = true;
        InstanceProcess running = null;
        InstanceProcess.End how = new InstanceProcess.End(Outcome.Failure.Reason.CRASH, "its process ended");
        try {
            running = InstanceProcess.open(pool.workshop(), this);
            process = running;
            if (closing.get()) {
                running.kill();
            }
            Outcome.Failure failure = running.awaitReady();
            starting = false;
            pool.workshop().starts().ended();
            if (failure == null) {
                state = InstanceStatus.State.READY;
                pool.ready(this);
                ready.complete(null);
            } else {
                startFailure = failure;
                running.kill();
            }
            how = running.awaitEnd();
        } catch (IOException | RuntimeException broken) {
            LOG.log(System.Logger.Level.ERROR, "instance not started, instance=" + id, broken);
            startFailure = version.host()
                    .ended(
                            Outcome.Failure.Reason.INIT,
                            InstanceProcess.NO_CALL,
                            pool.function() + ": could not be started: " + broken.getMessage(),
                            "");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            if (starting) {
                pool.workshop().starts().ended();
            }
            end(running, how);
        }
    }

    private void end(@Nullable InstanceProcess running, InstanceProcess.End how) {
        gone = true;
        closeSlots();
        // its calls first: they know that they broke off, and wait only so long for hearing why
        String tail = logTail();
        for (ServedCall each : underWay) {
            each.loop().execute(() -> each.crashed(how, tail));
        }
        if (running != null) {
            running.close();
        }
        state = InstanceStatus.State.ENDED;
        pool.ended(this);
        ready.complete(null);
    }

    /** Takes a slot if there is one. */
    boolean tryAcquire() {
        int most = version.callsAtOnce();
        int now = slots.get();
        while (now >= 0 && now < most) {
            if (slots.compareAndSet(now, now + 1)) {
                return true;
            }
            now = slots.get();
        }
        return false;
    }

    /** Gives a slot back. */
    void release() {
        int left = slots.decrementAndGet();
        if (left == CLOSED) {
            stop();
        } else if (left >= 0) {
            if (left == 0) {
                idleSince = pool.millis();
            }
            pool.released();
        }
    }

    /** A call is about to be handed over; false if the process is gone. */
    boolean began(ServedCall call) {
        underWay.add(call);
        if (gone) {
            return false;
        }
        calls.incrementAndGet();
        if (version.oneCallAtATime()) {
            CallContext context = call.call().context();
            serving = context;
            lastInvocation = context.id();
        }
        return true;
    }

    /** Nobody waits for the call any more: those that it makes from now on are late by definition. */
    void abandoned(CallContext context) {
        serving = context.before(Instant.EPOCH);
    }

    /** The call is over. Its slot is given back separately. */
    void finished(ServedCall call) {
        underWay.remove(call);
        serving = null;
    }

    /** Takes no more calls, and ends when those it has are over; tunnels are ended now. */
    void drain() {
        pool.leaving(this);
        if (closeSlots() == 0) {
            stop();
        }
        for (ServedCall each : underWay) {
            each.loop().execute(each::instanceDrains);
        }
    }

    /** Ends at once if it serves nothing. */
    boolean endIfIdle() {
        if (slots.compareAndSet(0, CLOSED)) {
            closing.set(true);
            state = InstanceStatus.State.DRAINING;
            pool.leaving(this);
            stop();
            return true;
        }
        return false;
    }

    /** Ends now; calls under way are crashes, except one that has been answered. */
    void kill() {
        pool.leaving(this);
        closeSlots();
        InstanceProcess running = process;
        if (running != null) {
            Thread.ofVirtual().name("kill-" + id).start(running::kill);
        }
    }

    /** Closes for new calls; how many are still there. */
    private int closeSlots() {
        if (closing.compareAndSet(false, true)) {
            int before = slots.getAndAdd(CLOSED);
            if (state == InstanceStatus.State.READY || state == InstanceStatus.State.STARTING) {
                state = InstanceStatus.State.DRAINING;
            }
            return before;
        }
        return -1;
    }

    private void stop() {
        InstanceProcess running = process;
        if (running != null) {
            // a loop must not wait for a process table
            Thread.ofVirtual().name("stop-" + id).start(running::stop);
        }
    }

    /** Looks after its memory. */
    void watchMemory() {
        InstanceProcess running = process;
        if (running != null) {
            running.watchMemory();
        }
    }

    /** Waits until it is ready or has failed; null when it is ready. */
    Outcome.@Nullable Failure awaitStart() throws InterruptedException {
        try {
            ready.get();
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException("never completed with a failure", impossible);
        }
        return startFailure;
    }

    ContractHost.Hosted hosted() {
        InstanceProcess running = process;
        if (running == null) {
            throw new IllegalStateException("instance " + id + " was handed a call before it was ready");
        }
        return running.hosted();
    }

    Version version() {
        return version;
    }

    String id() {
        return id;
    }

    Pool pool() {
        return pool;
    }

    InstanceStatus.State state() {
        return state;
    }

    Outcome.@Nullable Failure startFailure() {
        return startFailure;
    }

    @Nullable
    CallContext serving() {
        return serving;
    }

    /** The call that lines of log belong to; the last one's late lines still do. */
    @Nullable
    String lastInvocation() {
        return lastInvocation;
    }

    long idleSince() {
        return idleSince;
    }

    int load() {
        return slots.get();
    }

    String logTail() {
        return pool.log().tail(id);
    }

    InstanceStatus status() {
        int now = slots.get();
        InstanceProcess running = process;
        return new InstanceStatus(
                pool.function(),
                id,
                version.hash(),
                state,
                now < 0 ? now - CLOSED : now,
                running == null ? 0 : running.pid(),
                calls.get());
    }
}
