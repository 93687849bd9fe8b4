// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a call of a function would go where, now: every cloud, the order in which most calls would try them, one sentence. */
public record PlacementView(
        String function, String strategy, List<CloudView> clouds, List<String> order, String sentence) {
    /**
     * One cloud of the placement.
     *
     * @param firstShare of the calls, from 0 to 1, that would try it first
     * @param backShare of the calls meant for it that it gets: below 1 while it has just come back
     * @param leftOut what it lacks of the required labels; null where it may take calls
     */
    public record CloudView(
            String name,
            String standing,
            boolean allowed,
            @Nullable String leftOut,
            int weight,
            double firstShare,
            double backShare,
            @Nullable Double dollarsPerMillion,
            String priceFrom,
            @Nullable Double latencyMillis,
            int inFlight,
            boolean full) {}
}
