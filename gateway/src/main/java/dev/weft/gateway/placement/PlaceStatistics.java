// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.gateway.body.EndingBody;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What the calls of one function on one cloud tell: how long they take, how many are under way, since when the cloud is
 * back. Averages give the newest call {@link #NEWEST_SHARE}, and forget the first after a pause, which may have been a cold
 * start. Safe for use from any loop; two that write an average at
 * once may lose one of the two calls, which an average bears.
 */
public final class PlaceStatistics {
    /** The newest call's share of an average. */
    static final double NEWEST_SHARE = 0.25;

    /** A call that fails counts as so many times the average, at most as the function's timeout. */
    static final double FAILED_FACTOR = 10;

    /** How long a cloud that said it is busy counts as full. */
    static final Duration BUSY_WHILE = Duration.ofSeconds(1);

    /** The share of its calls that a cloud gets as soon as it is back; it grows from there. */
    static final double BACK_SHARE_MIN = 0.1;

    /** After so long without an answer nobody knows how long one takes there. */
    static final Duration KNOWN_MAX = Duration.ofMinutes(1);

    private static final double NANOS_PER_MILLI = 1e6;

    private final LongSupplier nanos;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile double answeredMillis = Double.NaN;
    private volatile long answeredAt;
    private volatile int answers;
    private volatile double latencyMillis = Double.NaN;
    private volatile long busyUntil;
    private volatile boolean wasBusy;
    private volatile boolean away;
    private volatile long backSince;
    private volatile boolean ramping;

    /** Time comes from {@code nanos}. */
    public PlaceStatistics(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A call goes there now; {@code timeout} is the function's. */
    public Visit begin(Duration timeout) {
        inFlight.incrementAndGet();
        return new Visit(timeout, nanos.getAsLong());
    }

    /** Calls under way there; a streaming answer counts until its end. */
    public int inFlight() {
        return inFlight.get();
    }

    /** How long calls answered of late took to their answer's head, in milliseconds; NaN where there were none. */
    public double answeredMillis() {
        return known() < 2 ? Double.NaN : answeredMillis;
    }

    /** Answers without a long pause between them, counted to two: the first after a pause may have been a cold start. */
    private int known() {
        return nanos.getAsLong() - answeredAt < KNOWN_MAX.toNanos() ? answers : 0;
    }

    /** The same, however long ago, with failed calls counted as slow ones. */
    public double latencyMillis() {
        return latencyMillis;
    }

    /** Whether it has no room: {@code callsMax} are under way, or it said so itself just now. */
    public boolean full(int callsMax) {
        return inFlight.get() >= callsMax || (wasBusy && nanos.getAsLong() - busyUntil < 0);
    }

    /**
     * Which share of the calls meant for this cloud it gets: all, or a growing part of them while it has just come back.
     *
     * @param healthy how it stands now; told at every call, so this is how it is learnt that a cloud was away
     */
    public double share(boolean healthy, Duration failback) {
        if (!healthy) {
            away = true;
            return 1;
        }
        if (away) {
            away = false;
            backSince = nanos.getAsLong();
            ramping = true;
        }
        if (!ramping) {
            return 1;
        }
        long passed = nanos.getAsLong() - backSince;
        if (passed >= failback.toNanos()) {
            ramping = false;
            return 1;
        }
        return Math.max(BACK_SHARE_MIN, (double) passed / failback.toNanos());
    }

    private static double average(double before, double newest) {
        return Double.isNaN(before) ? newest : before + NEWEST_SHARE * (newest - before);
    }

    /** One call there. On the call's loop; ends once, whatever is told later. */
    public final class Visit {
        private final Duration timeout;
        private final long began;
        private boolean over;
        private boolean left;

        private Visit(Duration timeout, long began) {
            this.timeout = timeout;
            this.began = began;
        }

        /** The function spoke. The outcome to pass on: a streaming body is watched until its end. */
        public Outcome answered(Outcome outcome) {
            if (over) {
                return outcome;
            }
            over = true;
            double millis = millis();
            int known = known();
            answeredMillis = known < 2 ? millis : average(answeredMillis, millis);
            answeredAt = nanos.getAsLong();
            answers = Math.min(known + 1, 2);
            boolean failed = outcome instanceof Outcome.Failure
                    || (outcome instanceof Outcome.Response response && response.status() >= 500);
            latencyMillis = known == 1 && !failed ? millis : average(latencyMillis, failed ? slow(millis) : millis);
            return switch (outcome) {
                case Outcome.Response(var status, var headers, var body)
                when !body.complete() -> new Outcome.Response(status, headers, new EndingBody(body, this::leave));
                case Outcome.Result(var type, var attributes, var body)
                when !body.complete() -> new Outcome.Result(type, attributes, new EndingBody(body, this::leave));
                case Outcome.Upgraded(var headers, var body, var toFunction) ->
                    new Outcome.Upgraded(headers, new EndingBody(body, this::leave), toFunction);
                case Outcome.Response _, Outcome.Result _, Outcome.Accepted _, Outcome.Failure _ -> {
                    leave();
                    yield outcome;
                }
            };
        }

        /** The cloud failed. */
        public void failed(CloudException.Kind kind) {
            if (over) {
                return;
            }
            over = true;
            leave();
            switch (kind) {
                case TOO_LARGE, INVALID -> {
                    // says something about the call, nothing about the cloud
                }
                case BUSY -> {
                    busyUntil = nanos.getAsLong() + BUSY_WHILE.toNanos();
                    wasBusy = true;
                    latencyMillis = average(latencyMillis, slow(millis()));
                }
                case UNREACHABLE, ABSENT, DENIED, UNKNOWN -> latencyMillis = average(latencyMillis, slow(millis()));
            }
        }

        /** The caller went away. It would have taken at least this long. */
        public void cancelled() {
            if (over) {
                return;
            }
            over = true;
            leave();
            double millis = millis();
            if (millis > latencyMillis) {
                latencyMillis = average(latencyMillis, millis);
            }
        }

        private double slow(double millis) {
            double known = Double.isNaN(latencyMillis) ? Double.POSITIVE_INFINITY : latencyMillis * FAILED_FACTOR;
            return Math.max(millis, Math.min(known, (double) timeout.toMillis()));
        }

        private double millis() {
            return (nanos.getAsLong() - began) / NANOS_PER_MILLI;
        }

        private void leave() {
            if (!left) {
                left = true;
                inFlight.decrementAndGet();
            }
        }
    }
}
