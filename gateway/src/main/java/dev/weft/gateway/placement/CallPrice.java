// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Quantity;

/**
 * What one call of one function costs on one cloud: by its duration, rounded as that cloud bills, at the memory that the
 * function asks for. Free tiers are left out on purpose: they end in the middle of a month, and the answer would flip.
 */
public final class CallPrice {
    private static final double GIBIBYTE = 1L << 30;

    private final double dollarsPerCall;
    private final double dollarsPerMilli;
    private final double stepMillis;
    private final double leastMillis;

    /** For a function that asks for {@code memory}. */
    public CallPrice(Cloud.Price price, Quantity memory) {
        long step = price.memoryStep().bytes();
        double gigabytes = Math.ceilDiv(memory.bytes(), step) * (double) step / GIBIBYTE;
        double perGbSecond = price.perGbSecond().doubleValue()
                + price.cpusPerGb().doubleValue() * price.perCpuSecond().doubleValue();
        dollarsPerCall = price.perMillionCalls().doubleValue() / 1e6;
        dollarsPerMilli = gigabytes * perGbSecond / 1e3;
        stepMillis = price.timeStep().toMillis();
        leastMillis = price.timeMin().toMillis();
    }

    /** Dollars for a call that takes {@code millis}. */
    public double dollars(double millis) {
        double billed = Math.ceil(Math.max(millis, leastMillis) / stepMillis) * stepMillis;
        return dollarsPerCall + billed * dollarsPerMilli;
    }
}
