// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.resource.Function;
import dev.weft.gateway.placement.Draws;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which clouds a call tries, in which order. Pure: the same facts give the same answer. */
final class PlacementDecider {
    /** Under strategy fastest, the share of calls that try another cloud than the fastest, to learn of it. */
    static final double EXPLORED_SHARE = 0.05;

    private static final Decision ONLY = new Decision.Try(List.of(0));
    // what a draw is for; clouds in a ramp take this one plus their index
    private static final long EXPLORING = 1;
    private static final long RETURNING = 2;

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
     * @param hopsMax and may have; a call beyond it is most likely in a loop
     * @param clouds the placement's, in its order
     * @param key random; under sticky weights the same for all calls of one user
     */
    record Facts(Function.Placement placement, int hops, int hopsMax, List<CloudNow> clouds, long key) {}

    /**
     * One cloud at this moment. What the strategy does not ask for stands at its {@link #of default}.
     *
     * @param allowed whether it has what the placement requires
     * @param share of the calls meant for it that it gets: below 1 while it has just come back
     * @param measure what the strategy goes by, the less the better: expected dollars of the call, or recent milliseconds;
     *     NaN where nothing is known yet
     * @param premises whether it is on machines of one's own
     * @param full whether it has no room for one call more
     */
    record CloudNow(Standing standing, boolean allowed, double share, double measure, boolean premises, boolean full) {
        private static final CloudNow HEALTHY = of(Standing.HEALTHY, true);
        private static final CloudNow PROBE = of(Standing.PROBE, true);
        private static final CloudNow OUT = of(Standing.OUT, true);

        /** One that is allowed and of which only the standing counts; costs nothing. */
        static CloudNow of(Standing standing) {
            return switch (standing) {
                case HEALTHY -> HEALTHY;
                case PROBE -> PROBE;
                case OUT -> OUT;
            };
        }

        static CloudNow of(Standing standing, boolean allowed) {
            return new CloudNow(standing, allowed, 1, Double.NaN, false, false);
        }
    }

    Decision decide(Facts facts) {
        if (facts.hops() > facts.hopsMax()) {
            return new Decision.Refuse(
                    508,
                    "loop",
                    "the call has passed through " + facts.hops() + " functions; at most " + facts.hopsMax());
        }
        List<CloudNow> clouds = facts.clouds();
        if (clouds.size() == 1 && clouds.getFirst().allowed()) {
            return ONLY;
        }
        double[] ranks = new double[clouds.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = rank(facts, i);
        }
        int[] wanted = sorted(ranks, clouds);
        if (wanted.length == 0) {
            return new Decision.Refuse(
                    503, "require-unmet", "no cloud of this function has what its placement requires");
        }
        return new Decision.Try(order(facts, wanted));
    }

    /** Where a cloud stands in the strategy's order, the least first; infinite where it takes no calls. */
    private static double rank(Facts facts, int index) {
        Function.Placement placement = facts.placement();
        CloudNow cloud = facts.clouds().get(index);
        return switch (placement.strategy()) {
            case FAILOVER -> 0;
            case WEIGHTED -> {
                // a race of exponential clocks (weighted rendezvous): each cloud's time hangs on the key and on that
                // cloud
                // alone, so a change of one weight, or a failure, moves no call between two others
                Function.Placement.Choice choice = placement.clouds().get(index);
                double clock = -Math.log(Draws.unit(facts.key(), Draws.key(choice.name())));
                yield choice.weight() == 0 ? Double.POSITIVE_INFINITY : clock / choice.weight();
            }
            case CHEAPEST, FASTEST -> Double.isNaN(cloud.measure()) ? Double.MAX_VALUE : cloud.measure();
            case BURST -> {
                int premises = cloud.full() ? 2 : 0;
                yield cloud.premises() ? premises : 1;
            }
        };
    }

    /** The clouds that may take the call, by rank, then in the file's order. */
    private static int[] sorted(double[] ranks, List<CloudNow> clouds) {
        int[] order = new int[ranks.length];
        int size = 0;
        for (int i = 0; i < ranks.length; i++) {
            if (!clouds.get(i).allowed() || ranks[i] == Double.POSITIVE_INFINITY) {
                continue;
            }
            int at = size++;
            while (at > 0 && ranks[order[at - 1]] > ranks[i]) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        return java.util.Arrays.copyOf(order, size);
    }

    /** Those that work first, then those that are only coming back; the broken ones last, not never: trying beats refusing. */
    private static List<Integer> order(Facts facts, int[] wanted) {
        List<Integer> order = new ArrayList<>(wanted.length);
        for (int tier = 0; tier < 3; tier++) {
            for (int index : wanted) {
                if (tier(facts, index) == tier) {
                    order.add(index);
                }
            }
        }
        if (facts.placement().strategy() == Function.Strategy.FASTEST) {
            explore(facts, order);
        }
        return order;
    }

    private static int tier(Facts facts, int index) {
        CloudNow cloud = facts.clouds().get(index);
        if (cloud.standing() == Standing.OUT) {
            return 2;
        }
        return cloud.share() < 1 && Draws.unit(facts.key(), RETURNING + index) >= cloud.share() ? 1 : 0;
    }

    /** Now and then another cloud first, so that one that has become fast is found; never one that is out. */
    private static void explore(Facts facts, List<Integer> order) {
        int others = -1;
        for (int index : order) {
            others += facts.clouds().get(index).standing() == Standing.OUT ? 0 : 1;
        }
        double draw = Draws.unit(facts.key(), EXPLORING);
        if (others > 0 && draw < EXPLORED_SHARE) {
            int chosen = 1 + (int) (draw / EXPLORED_SHARE * others);
            Collections.rotate(order.subList(0, chosen + 1), 1);
        }
    }
}
