// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import java.time.Duration;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the calls of one function on one cloud have cost since the start, estimated. Safe for use from any loop. */
public final class Spending {
    private final String function;
    private final String cloud;
    private final LongAdder calls = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final DoubleAdder dollars = new DoubleAdder();
    private volatile String priceFrom = "nobody";
    private volatile boolean priced;

    Spending(String function, String cloud) {
        this.function = function;
        this.cloud = cloud;
    }

    /** Calls are at this price from now on. @param from who says so */
    void priced(@Nullable CallPrice price, String from) {
        priceFrom = from;
        priced |= price != null;
    }

    /** One call more. @param cost in dollars; NaN where nobody knows */
    public void add(long tookNanos, double cost) {
        calls.increment();
        nanos.add(tookNanos);
        if (!Double.isNaN(cost)) {
            dollars.add(cost);
        }
    }

    double dollars() {
        return dollars.sum();
    }

    View view() {
        return new View(
                function, cloud, calls.sum(), Duration.ofNanos(nanos.sum()), priced ? dollars() : null, priceFrom);
    }

    /**
     * For people and programs.
     *
     * @param calls that ran there, or may have
     * @param time that they took together
     * @param dollars null where nobody knows a price
     */
    public record View(
            String function,
            String cloud,
            long calls,
            Duration time,
            @Nullable Double dollars,
            String priceFrom) {}
}
