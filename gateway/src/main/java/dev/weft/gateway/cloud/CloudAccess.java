// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.cloud;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.Grant;
import dev.weft.api.account.Seen;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where one function is on its cloud and what proves who we are: asked ahead by a virtual thread of its own, so that no call
 * waits for it but those that come before the first answer. Safe for use from any loop.
 */
final class CloudAccess implements AutoCloseable {
    /** Calls that wait for the first answer; one more is shed. */
    static final int WAITING_MAX = 1_000;

    /** Part of the credentials' life after which new ones are asked for. */
    static final double RENEWED_AFTER = 0.8;

    private static final double JITTER = 0.1;

    /**
     * How often the cloud is asked.
     *
     * @param look a function that is known is looked at again after this
     * @param firstMax a call waits at most this long for the first answer
     * @param againMin after a failure, and never sooner after a question
     * @param againMax after many failures
     */
    record Pace(Duration look, Duration firstMax, Duration againMin, Duration againMax) {
        static final Pace USUAL =
                new Pace(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1));
    }

    /** What a call needs. */
    record Ready(InvokeDialect.Target target, InvokeDialect.Credentials credentials) {}

    /** Which function of which account. @param function its document's name @param name what it is called there */
    record Wanted(CloudAccount account, String function, String name) {
        String words() {
            return "function " + function + (function.equals(name) ? "" : " (" + name + ")") + " on cloud "
                    + account.cloud();
        }
    }

    /** @param ready null where calls can't be made; then {@code why} says why */
    private record State(
            @Nullable Ready ready,
            @Nullable Instant expires,
            @Nullable CloudException why) {}

    private final Wanted wanted;
    private final Pace pace;
    private final InstantSource clock;
    private final CloudPlaces.Listener listener;
    private final BlockingQueue<Boolean> asked = new ArrayBlockingQueue<>(1);
    private final List<Waiter> waiting = new ArrayList<>(); // by whom holds this
    private final Thread asking;
    private volatile boolean closed;
    private volatile boolean renew;
    private volatile @Nullable State state;
    // what follows belongs to the asking thread
    private InvokeDialect.@Nullable Target granted;
    private @Nullable Grant grant;
    private Instant renewAt = Instant.MAX;
    private int failures;

    CloudAccess(Wanted wanted, Pace pace, InstantSource clock, CloudPlaces.Listener listener) {
        this.wanted = wanted;
        this.pace = pace;
        this.clock = clock;
        this.listener = listener;
        this.asking = Thread.ofVirtual().name("access-" + wanted.function()).start(this::run);
    }

    /** Gives what a call needs on {@code loop}, at once if it is known, or says why there is nothing to call. */
    void find(Loop loop, Consumer<Ready> ready, Consumer<CloudException> failed) {
        State now = state;
        if (now == null) {
            Waiter waiter = new Waiter(loop, ready, failed);
            now = waits(waiter);
            if (now == null) {
                waiter.timer = loop.after(pace.firstMax(), waiter::late);
                return;
            }
        }
        give(now, ready, failed);
    }

    /** Null if it does: the first answer has not come. */
    private synchronized @Nullable State waits(Waiter waiter) {
        State now = state;
        if (now == null && waiting.size() >= WAITING_MAX) {
            return new State(null, null, failure(Kind.BUSY, WAITING_MAX + " calls wait already for its first answer"));
        }
        if (now == null) {
            waiting.add(waiter);
        }
        return now;
    }

    private void give(State now, Consumer<Ready> ready, Consumer<CloudException> failed) {
        Ready its = now.ready();
        Instant expires = now.expires();
        CloudException why = now.why();
        if (its != null && (expires == null || clock.instant().isBefore(expires))) {
            ready.accept(its);
        } else if (why != null) {
            failed.accept(why);
        } else {
            askSoon(true);
            failed.accept(failure(Kind.DENIED, "the credentials have expired and no new ones have come"));
        }
    }

    /** The cloud said that what is known here is wrong. @param credentials whether those are what it refused */
    void askSoon(boolean credentials) {
        if (credentials) {
            renew = true;
        }
        boolean ignored = asked.offer(true);
    }

    /** A call before the first answer. On its loop. */
    private final class Waiter {
        private final Loop loop;
        private final Consumer<Ready> ready;
        private final Consumer<CloudException> failed;
        private boolean over;
        private Loop.@Nullable Timer timer;

        Waiter(Loop loop, Consumer<Ready> ready, Consumer<CloudException> failed) {
            this.loop = loop;
            this.ready = ready;
            this.failed = failed;
        }

        void told(State first) {
            if (!over) {
                over = true;
                Loop.Timer running = timer;
                if (running != null) {
                    running.cancel();
                }
                give(first, ready, failed);
            }
        }

        void late() {
            if (!over) {
                over = true;
                leave(this);
                failed.accept(failure(
                        Kind.UNREACHABLE,
                        "the cloud has not said within " + pace.firstMax().toMillis()
                                + " ms where it is; nothing was sent"));
            }
        }
    }

    private synchronized void leave(Waiter waiter) {
        waiting.remove(waiter);
    }

    private void run() {
        try {
            while (!closed) {
                State now = ask();
                if (!closed) { // else it was interrupted, which says nothing of the cloud
                    tell(now);
                }
                Thread.sleep(pace.againMin());
                Boolean ignored = asked.poll(pause().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private State ask() {
        State before = state;
        try {
            Seen seen = wanted.account().find(wanted.name());
            InvokeDialect.Target target = seen == null ? null : seen.target();
            failures = 0;
            if (seen == null) {
                return new State(null, null, failure(Kind.ABSENT, "it is not there; weft apply puts it there"));
            }
            if (target == null) {
                return new State(null, null, failure(Kind.ABSENT, "it can't be called, its state is " + seen.state()));
            }
            Grant its = grant(target);
            return new State(new Ready(target, its.credentials()), its.expires(), null);
        } catch (CloudException why) {
            failures++;
            return stays(before, notSent(why));
        } catch (RuntimeException bug) {
            failures++;
            System.getLogger("dev.weft.gateway")
                    .log(System.Logger.Level.ERROR, wanted.words() + ": its account failed", bug);
            return stays(before, failure(Kind.UNREACHABLE, "its account failed: " + bug));
        }
    }

    /** What worked until now goes on while the cloud does not answer. */
    private static State stays(@Nullable State before, CloudException why) {
        return new State(before == null ? null : before.ready(), before == null ? null : before.expires(), why);
    }

    /** Whatever became of our question: the call itself was not sent. */
    private CloudException notSent(CloudException why) {
        Kind kind =
                switch (why.kind()) {
                    case DENIED, BUSY, ABSENT -> why.kind();
                    case UNREACHABLE, UNKNOWN, TOO_LARGE, INVALID -> Kind.UNREACHABLE;
                };
        return new CloudException(
                kind, wanted.words() + ": the cloud was asked for it: " + why.getMessage(), why, why.retryAfter());
    }

    private Grant grant(InvokeDialect.Target target) {
        Grant known = grant;
        Instant now = clock.instant();
        boolean good = !renew && target.equals(granted) && now.isBefore(renewAt);
        if (known != null && good) {
            return known;
        }
        Grant fresh = wanted.account().grant(target);
        renew = false;
        grant = fresh;
        granted = target;
        Instant expires = fresh.expires();
        renewAt = expires == null
                ? Instant.MAX
                : now.plusMillis(
                        (long) (Duration.between(now, expires).toMillis() * RENEWED_AFTER * (1 - JITTER * random())));
        return fresh;
    }

    private static double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    private Duration pause() {
        Duration plain = failures == 0
                ? pace.look()
                : Duration.ofMillis(
                        Math.min(pace.againMax().toMillis(), pace.againMin().toMillis() << Math.min(failures, 20)));
        Duration pause = plain.plusMillis((long) (plain.toMillis() * JITTER * (2 * random() - 1)));
        Duration renewal = renewAt.equals(Instant.MAX) ? pause : Duration.between(clock.instant(), renewAt);
        Duration next = failures == 0 && renewal.compareTo(pause) < 0 ? renewal : pause;
        return next.isNegative() ? Duration.ZERO : next;
    }

    private void tell(State now) {
        State before = state;
        List<Waiter> all;
        synchronized (this) {
            state = now;
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(each -> each.loop.execute(() -> each.told(now)));
        boolean same = before != null && kind(before) == kind(now);
        if (!same) {
            listener.changed(wanted.function(), wanted.account().cloud(), now.why());
        }
    }

    private static @Nullable Kind kind(State state) {
        CloudException why = state.why();
        return why == null ? null : why.kind();
    }

    private CloudException failure(Kind kind, String what) {
        return new CloudException(kind, wanted.words() + ": " + what, null);
    }

    @Override
    public void close() {
        closed = true;
        asking.interrupt();
    }
}
