// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.resource.Function;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which clouds a call tries, in which order. Pure: the same facts give the same answer. */
final class PlacementDecider {
    /** Functions a call may pass through one after the other; a call beyond it is most likely a loop. */
    static final int HOPS_MAX = 16;

    /** How a cloud stands for a function at this moment. */
    enum Standing {
        /** Works, as far as known. */
        HEALTHY,
        /** Failed; time to let one call try again. */
        PROBE,
        /** Failed lately. */
        OUT
    }

    /**
     * What is known.
     *
     * @param hops functions the call has passed through already
     * @param standings of the placement's clouds, in its order
     * @param draw random, in [0, 1)
     */
    record Facts(Function.Placement placement, int hops, List<Standing> standings, double draw) {}

    Decision decide(Facts facts) {
        if (facts.hops() > HOPS_MAX) {
            return new Decision.Refuse(
                    508, "loop", "the call has passed through " + facts.hops() + " functions; at most " + HOPS_MAX);
        }
        List<Integer> wanted =
                switch (facts.placement().strategy()) {
                    case FAILOVER -> inOrder(facts.placement());
                    case WEIGHTED -> byWeight(facts.placement(), facts.draw());
                    case CHEAPEST, FASTEST, BURST ->
                        throw new IllegalStateException(
                                "strategy " + facts.placement().strategy() + " is refused when the file is read");
                };
        // the broken ones last, not never: when all are out, trying beats refusing
        List<Integer> order = new ArrayList<>(wanted.size());
        for (int index : wanted) {
            if (facts.standings().get(index) != Standing.OUT) {
                order.add(index);
            }
        }
        for (int index : wanted) {
            if (facts.standings().get(index) == Standing.OUT) {
                order.add(index);
            }
        }
        return new Decision.Try(order);
    }

    private static List<Integer> inOrder(Function.Placement placement) {
        List<Integer> order = new ArrayList<>(placement.clouds().size());
        for (int i = 0; i < placement.clouds().size(); i++) {
            order.add(i);
        }
        return order;
    }

    /** One by weight, then the others by falling weight; weight 0 takes no calls. */
    private static List<Integer> byWeight(Function.Placement placement, double draw) {
        List<Function.Placement.Choice> clouds = placement.clouds();
        List<Integer> order = new ArrayList<>(clouds.size());
        long sum = 0;
        for (int i = 0; i < clouds.size(); i++) {
            if (clouds.get(i).weight() > 0) {
                order.add(i);
                sum += clouds.get(i).weight();
            }
        }
        order.sort(
                (a, b) -> Integer.compare(clouds.get(b).weight(), clouds.get(a).weight()));
        double left = draw * sum;
        for (int place = 0; place < order.size(); place++) {
            left -= clouds.get(order.get(place)).weight();
            if (left < 0) {
                Collections.rotate(order.subList(0, place + 1), 1);
                break;
            }
        }
        return order;
    }
}
