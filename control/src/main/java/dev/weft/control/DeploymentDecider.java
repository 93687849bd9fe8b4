// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must change so that clouds match documents. Pure. */
final class DeploymentDecider {
    private DeploymentDecider() {}

    /** One function on one cloud. */
    record Spot(String function, String cloud) {}

    /**
     * The steps, in order.
     *
     * @param wanted content hash by spot, in the order in which to deploy
     * @param seen the functions on each cloud that could be read
     * @param applied content hash of what was last deployed there
     */
    static List<Step> decide(Map<Spot, String> wanted, Map<String, Set<String>> seen, Map<Spot, String> applied) {
        List<Step> steps = new ArrayList<>();
        wanted.forEach((spot, hash) -> {
            Set<String> there = seen.get(spot.cloud());
            if (there == null) {
                return; // an unread cloud: guessing could undo what is there
            }
            if (!there.contains(spot.function())) {
                steps.add(new Step.Create(spot.function(), spot.cloud()));
            } else if (hash.equals(applied.get(spot))) {
                steps.add(new Step.Keep(spot.function(), spot.cloud()));
            } else {
                steps.add(new Step.Update(spot.function(), spot.cloud()));
            }
        });
        Set<Spot> known = new HashSet<>(wanted.keySet());
        seen.keySet().stream().sorted().forEach(cloud -> seen.getOrDefault(cloud, Set.of()).stream()
                .sorted()
                .filter(function -> !known.contains(new Spot(function, cloud)))
                .forEach(function -> steps.add(new Step.Delete(function, cloud))));
        return steps;
    }
}
