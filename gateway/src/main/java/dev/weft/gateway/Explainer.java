// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.gateway.PlacementDecider.CloudNow;
import dev.weft.gateway.PlacementDecider.Standing;
import dev.weft.gateway.placement.Explanation;
import dev.weft.gateway.placement.Explanation.CloudExplained;
import dev.weft.gateway.placement.PlaceStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says why calls of one function go where: asks the decider itself, {@link #DRAWS} times with the facts of this moment, so
 * that it can't tell anything else than what would happen.
 */
final class Explainer {
    /** Calls that are decided for one explanation. */
    static final int DRAWS = 2_000;

    private final FunctionEntry entry;
    private final Function.Placement placement;
    private final PlacementDecider.Facts facts;
    private final int[] firsts;
    private final Map<List<Integer>, Integer> orders = new LinkedHashMap<>();
    private Decision.@Nullable Refuse refusal;

    Explainer(FunctionEntry entry) {
        this.entry = entry;
        this.placement = entry.function().spec().placement();
        this.facts = entry.facts(0, 0);
        this.firsts = new int[entry.places().size()];
    }

    Explanation explain() {
        PlacementDecider decider = new PlacementDecider();
        for (int draw = 0; draw < DRAWS; draw++) {
            PlacementDecider.Facts drawn = new PlacementDecider.Facts(
                    placement, facts.hops(), facts.hopsMax(), facts.clouds(), draw * 0x9e3779b97f4a7c15L);
            switch (decider.decide(drawn)) {
                case Decision.Try(List<Integer> order) -> {
                    firsts[order.getFirst()]++;
                    orders.merge(order, 1, Integer::sum);
                }
                case Decision.Refuse refuse -> refusal = refuse;
            }
        }
        List<Integer> order = orders.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(List.of());
        List<CloudExplained> clouds = new ArrayList<>();
        for (int i = 0; i < firsts.length; i++) {
            clouds.add(cloud(i));
        }
        return new Explanation(
                entry.name(),
                Spelling.Words.of(placement.strategy()),
                clouds,
                order.stream().map(this::name).toList(),
                sentence(order));
    }

    private CloudExplained cloud(int index) {
        FunctionEntry.Candidate candidate = entry.places().get(index);
        FunctionEntry.Known known = candidate.known();
        PlaceStatistics statistics = known.statistics();
        return new CloudExplained(
                name(index),
                Spelling.Words.of(now(index).standing()),
                placement.clouds().get(index).weight(),
                (double) firsts[index] / DRAWS,
                now(index).share(),
                known.unmet(),
                number(entry.dollars(candidate) * 1e6),
                known.terms().priceFrom(),
                statistics == null ? null : number(statistics.latencyMillis()),
                statistics == null ? 0 : statistics.inFlight(),
                statistics != null && statistics.full(candidate.place().callsMax()));
    }

    private static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private String name(int index) {
        return placement.clouds().get(index).name();
    }

    private CloudNow now(int index) {
        return facts.clouds().get(index);
    }

    private String sentence(List<Integer> order) {
        Decision.Refuse refused = refusal;
        if (order.isEmpty() || refused != null) {
            return "Calls are refused: " + (refused == null ? "there is no cloud" : refused.reason()) + '.';
        }
        int first = order.getFirst();
        StringBuilder text = new StringBuilder(
                entry.places().size() == 1
                        ? "Calls go to " + name(first) + ", the only cloud of the placement"
                        : "Calls go to " + name(first) + reason(first));
        if (now(first).standing() == Standing.OUT) {
            text.append(", though it failed lately: so did every other, and trying beats refusing");
        }
        if (now(first).share() < 1) {
            text.append(", which is just back and gets ").append(percent(firsts[first]));
        }
        for (int i = 0; i < firsts.length; i++) {
            if (i != first) {
                text.append(passedOver(i));
            }
        }
        return text.append('.').toString();
    }

    private String reason(int first) {
        FunctionEntry.Candidate candidate = entry.places().get(first);
        PlaceStatistics statistics = candidate.known().statistics();
        return switch (placement.strategy()) {
            case FAILOVER -> {
                boolean before = false;
                for (int i = 0; i < first; i++) {
                    before |= firsts[i] > 0;
                }
                yield before ? ", the next in the file's order" : ", the first in the file's order that works";
            }
            case WEIGHTED -> " (" + percent(firsts[first]) + " of them, by weight)";
            case CHEAPEST -> {
                double dollars = entry.dollars(candidate);
                yield Double.isNaN(dollars)
                        ? ", the first in the file's order: nobody knows what calls cost"
                        : ", where a million calls are expected to cost the least, "
                                + String.format(Locale.ROOT, "%.4f dollars", dollars * 1e6);
            }
            case FASTEST ->
                statistics == null || Double.isNaN(statistics.latencyMillis())
                        ? ", the first in the file's order: none has been called yet"
                        : ", which answered the fastest of late, in "
                                + String.format(Locale.ROOT, "%.1f ms", statistics.latencyMillis());
            case BURST ->
                now(first).premises()
                        ? now(first).full()
                                ? ", your own machines, though they are full: nothing else works"
                                : ", your own machines, which have room"
                        : ", since your own machines are full or out";
        };
    }

    private String passedOver(int index) {
        CloudNow now = now(index);
        String unmet = entry.places().get(index).known().unmet();
        if (unmet != null) {
            return "; never to " + name(index) + ", which " + unmet;
        }
        if (placement.strategy() == Function.Strategy.WEIGHTED
                && placement.clouds().get(index).weight() == 0) {
            return "; never to " + name(index) + ", whose weight is 0";
        }
        if (now.standing() == Standing.OUT) {
            return "; " + name(index) + " is out, it failed lately";
        }
        if (now.standing() == Standing.PROBE && firsts[index] > 0) {
            return "; " + name(index) + " failed lately and is tried by one call at a time";
        }
        if (now.share() < 1 && firsts[index] > 0) {
            return "; " + name(index) + " is just back and gets " + percent(firsts[index])
                    + " of them, more as time goes on";
        }
        if (placement.strategy() == Function.Strategy.BURST && now.premises() && now.full()) {
            return "; " + name(index) + " is full";
        }
        return firsts[index] == 0 ? "" : "; " + percent(firsts[index]) + " of them try " + name(index) + why();
    }

    private String why() {
        return placement.strategy() == Function.Strategy.FASTEST ? " to see whether it is faster now" : "";
    }

    private static String percent(int draws) {
        return Math.round(100.0 * draws / DRAWS) + " %";
    }

    /** Every function on every cloud of its placement. */
    static List<Gateway.PlaceView> views(Collection<FunctionEntry> entries) {
        List<Gateway.PlaceView> views = new ArrayList<>();
        for (FunctionEntry entry : entries) {
            List<Function.Placement.Choice> choices =
                    entry.function().spec().placement().clouds();
            for (int i = 0; i < choices.size(); i++) {
                PlacementDecider.Standing standing =
                        entry.places().get(i).health().standing();
                views.add(new Gateway.PlaceView(
                        entry.name(), choices.get(i).name(), choices.get(i).weight(), Spelling.Words.of(standing)));
            }
        }
        return views;
    }
}
