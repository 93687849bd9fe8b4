// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.resource.Limit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the calls that are counted together have used of a limit. The rate is the generic cell rate algorithm, a token
 * bucket in one number: when the bucket will be full again. Safe for use from any loop; no locks.
 */
final class Bucket {
    /** A taking that worked. */
    static final long TAKEN = 0;

    /** As many calls are under way as may be. */
    static final long FULL = -1;

    /** It was forgotten in between: look it up again. */
    static final long RETIRED = -2;

    private static final int GONE = Integer.MIN_VALUE;

    private final String key;
    private final Rules rules;
    private final AtomicLong fullAgain;
    private final AtomicInteger underWay = new AtomicInteger();

    /** A limit's numbers, ready to be calculated with. @param interval between two calls at the even rate, in nanoseconds */
    record Rules(int concurrency, long interval, long burst) {
        static Rules of(Limit.Spec limit) {
            Integer concurrency = limit.concurrency();
            Limit.Rate rate = limit.rate();
            int most = concurrency == null ? Integer.MAX_VALUE : concurrency;
            if (rate == null) {
                return new Rules(most, 0, 0);
            }
            long interval = Math.max(1, rate.per().toNanos() / rate.requests());
            return new Rules(most, interval, interval * burst(rate));
        }

        private static int burst(Limit.Rate rate) {
            Integer burst = rate.burst();
            return burst == null ? rate.requests() : burst;
        }
    }

    /** Of the calls with {@code key}. */
    Bucket(String key, Rules rules, long now) {
        this.key = key;
        this.rules = rules;
        this.fullAgain = new AtomicLong(now);
    }

    /** {@link #TAKEN}, {@link #FULL}, {@link #RETIRED}, or after how many nanoseconds the rate allows another call. */
    long take(long now) {
        int before;
        do {
            before = underWay.get();
            if (before < 0) {
                return RETIRED;
            }
            if (before >= rules.concurrency) {
                return FULL;
            }
        } while (!underWay.compareAndSet(before, before + 1));
        long wait = rules.interval == 0 ? TAKEN : count(now);
        if (wait != TAKEN) {
            underWay.decrementAndGet();
        }
        return wait;
    }

    private long count(long now) {
        while (true) {
            long full = fullAgain.get();
            long next = (full - now > 0 ? full : now) + rules.interval;
            if (next - now > rules.burst) {
                return next - now - rules.burst;
            }
            if (fullAgain.compareAndSet(full, next)) {
                return TAKEN;
            }
        }
    }

    String key() {
        return key;
    }

    /** A call that took is refused for another reason: it is not counted. */
    void giveBack() {
        fullAgain.addAndGet(-rules.interval);
        release();
    }

    /** A call that took is over. */
    void release() {
        underWay.decrementAndGet();
    }

    /** Whether it is as good as new, and then is of no use any more: forgetting it gives nobody more calls. */
    boolean retire(long now) {
        return fullAgain.get() - now <= 0 && underWay.compareAndSet(0, GONE);
    }
}
