// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call of a function would go where, at this moment.
 *
 * @param clouds the placement's, in its order
 * @param order in which most calls would try them; empty where they would be refused
 * @param sentence the reason, for people
 */
public record Explanation(
        String function, String strategy, List<CloudExplained> clouds, List<String> order, String sentence) {
    /**
     * One cloud.
     *
     * @param standing healthy, probe or out
     * @param firstShare of the calls, from 0 to 1, that would try it first
     * @param backShare of the calls meant for it that it gets: below 1 while it has just come back
     * @param leftOut what it lacks of the required labels; null where it may take calls
     * @param dollarsPerMillion what a million calls are expected to cost there; null where nobody knows
     * @param priceFrom who says what it costs
     * @param latencyMillis recent average, failed calls counted as slow; null before the first call
     * @param inFlight calls under way
     * @param full whether it has no room for one more
     */
    public record CloudExplained(
            String name,
            String standing,
            int weight,
            double firstShare,
            double backShare,
            @Nullable String leftOut,
            @Nullable Double dollarsPerMillion,
            String priceFrom,
            @Nullable Double latencyMillis,
            int inFlight,
            boolean full) {}
}
