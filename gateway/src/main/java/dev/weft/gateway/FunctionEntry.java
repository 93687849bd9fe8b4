// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Strategy;
import dev.weft.api.spi.Place;
import dev.weft.gateway.PlacementDecider.CloudNow;
import dev.weft.gateway.PlacementDecider.Standing;
import dev.weft.gateway.placement.CallPrice;
import dev.weft.gateway.placement.CloudTerms;
import dev.weft.gateway.placement.PlaceStatistics;
import dev.weft.gateway.placement.Spending;
import dev.weft.gateway.placement.Spendings;
import dev.weft.gateway.protection.RetryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One function as the gateway knows it: immutable but for health, statistics and budget, which outlive a change of routes.
 *
 * @param places in the order of the function's placement
 * @param require which clouds may take its calls and why the others may not; null where nothing is required
 */
record FunctionEntry(Function function, List<Candidate> places, RetryBudget budget, Journal.@Nullable Require require) {
    /** One cloud of the placement. */
    record Candidate(Place place, PlaceHealth health, Known known) {}

    /**
     * What is known of a cloud besides its health.
     *
     * @param unmet what it lacks of what the placement requires; null where it lacks nothing
     * @param price null where nobody knows
     * @param statistics null where it is the only cloud: then there is nothing to choose, and calls are not measured
     * @param spending where its calls' cost is added up
     */
    record Known(
            CloudTerms terms,
            @Nullable String unmet,
            @Nullable CallPrice price,
            @Nullable PlaceStatistics statistics,
            Spending spending) {
        static Known of(Function function, CloudTerms terms, PlaceStatistics statistics, Spendings spendings) {
            Function.Placement placement = function.spec().placement();
            boolean alone = placement.clouds().size() == 1;
            Cloud.Price listed = terms.price();
            CallPrice price = listed == null
                    ? null
                    : new CallPrice(listed, function.spec().memory());
            return new Known(
                    terms,
                    terms.unmet(function),
                    price,
                    alone ? null : statistics,
                    spendings.of(function.name(), terms, price));
        }
    }

    private static final double NANOS_PER_MILLI = 1e6;
    /** Failures of a cloud that provably did not run the call, so that it costs nothing. */
    private static final Set<String> FREE = Set.of("unreachable", "absent", "busy", "denied", "invalid");

    private static final Duration START_MAX = Duration.ofSeconds(10);

    /** Where no cloud has answered yet, a call is expected to take this part of the function's timeout. */
    static final int TIMEOUT_PART = 10;

    static FunctionEntry of(Function function, List<Candidate> places, RetryBudget budget) {
        boolean requires = !function.spec().placement().require().isEmpty()
                || places.stream().anyMatch(each -> each.known().unmet() != null);
        return new FunctionEntry(function, List.copyOf(places), budget, requires ? require(places) : null);
    }

    private static Journal.Require require(List<Candidate> places) {
        List<String> allowed = new ArrayList<>();
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (Candidate each : places) {
            String unmet = each.known().unmet();
            if (unmet == null) {
                allowed.add(each.place().cloud());
            } else {
                leftOut.put(each.place().cloud(), unmet);
            }
        }
        return new Journal.Require(List.copyOf(allowed), Collections.unmodifiableMap(leftOut));
    }

    String name() {
        return function.name();
    }

    /** The same, called through what {@code around} makes of each place. */
    FunctionEntry through(UnaryOperator<Place> around) {
        return new FunctionEntry(
                function,
                places.stream()
                        .map(each -> new Candidate(around.apply(each.place()), each.health(), each.known()))
                        .toList(),
                budget,
                require);
    }

    /** What a choice is made from; only what the strategy asks for. */
    PlacementDecider.Facts facts(int hops, long key) {
        Function.Placement placement = function.spec().placement();
        if (places.size() == 1) {
            Candidate only = places.getFirst();
            Standing standing = only.health().standing();
            CloudNow now = only.known().unmet() == null ? CloudNow.of(standing) : CloudNow.of(standing, false);
            return new PlacementDecider.Facts(placement, hops, function.spec().maxHops(), List.of(now), key);
        }
        double expected = placement.strategy() == Strategy.CHEAPEST ? expectedMillis() : 0;
        List<CloudNow> clouds = new ArrayList<>(places.size());
        for (Candidate each : places) {
            clouds.add(now(each, placement, expected));
        }
        return new PlacementDecider.Facts(placement, hops, function.spec().maxHops(), clouds, key);
    }

    private static CloudNow now(Candidate candidate, Function.Placement placement, double expected) {
        Standing standing = candidate.health().standing();
        Known known = candidate.known();
        PlaceStatistics statistics = known.statistics();
        boolean allowed = known.unmet() == null;
        if (statistics == null) {
            return CloudNow.of(standing, allowed);
        }
        double share = statistics.share(standing == Standing.HEALTHY, placement.failback());
        return switch (placement.strategy()) {
            case FAILOVER, WEIGHTED ->
                allowed && share == 1
                        ? CloudNow.of(standing)
                        : new CloudNow(standing, allowed, share, Double.NaN, false, false);
            case CHEAPEST -> {
                CallPrice price = known.price();
                double dollars = price == null ? Double.NaN : price.dollars(millis(statistics, expected));
                yield new CloudNow(standing, allowed, share, dollars, false, false);
            }
            case FASTEST -> new CloudNow(standing, allowed, share, statistics.latencyMillis(), false, false);
            case BURST -> {
                boolean premises = known.terms().premises();
                boolean full = premises && statistics.full(candidate.place().callsMax());
                yield new CloudNow(standing, allowed, share, Double.NaN, premises, full);
            }
        };
    }

    /** What one call is expected to cost on that cloud, in dollars; NaN where nobody knows. */
    double dollars(Candidate candidate) {
        CallPrice price = candidate.known().price();
        PlaceStatistics statistics = candidate.known().statistics();
        if (price == null) {
            return Double.NaN;
        }
        return price.dollars(statistics == null ? expectedMillis() : millis(statistics, expectedMillis()));
    }

    /** Adds up what a call that is over cost on the clouds that ran it, or may have: dollars, NaN where nobody knows. */
    double spent(Journal.Trail trail) {
        double sum = 0;
        List<Journal.Attempt> attempts = trail.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            Journal.Attempt each = attempts.get(i);
            Candidate on = FREE.contains(String.valueOf(each.failure())) ? null : on(each.cloud());
            if (on != null) {
                CallPrice price = on.known().price();
                double dollars = price == null ? Double.NaN : price.dollars(each.tookNanos() / NANOS_PER_MILLI);
                on.known().spending().add(each.tookNanos(), dollars);
                sum += dollars;
            }
        }
        return sum;
    }

    private @Nullable Candidate on(String cloud) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).place().cloud().equals(cloud)) {
                return places.get(i);
            }
        }
        return null;
    }

    private static double millis(PlaceStatistics statistics, double expected) {
        double own = statistics.answeredMillis();
        return Double.isNaN(own) ? expected : own;
    }

    /** How long a call may take on a cloud that has not answered yet: as on the others, or a part of the timeout. */
    private double expectedMillis() {
        double sum = 0;
        int measured = 0;
        for (Candidate each : places) {
            PlaceStatistics statistics = each.known().statistics();
            double millis = statistics == null ? Double.NaN : statistics.answeredMillis();
            if (!Double.isNaN(millis)) {
                sum += millis;
                measured++;
            }
        }
        return measured > 0
                ? sum / measured
                : (double) function.spec().timeout().toMillis() / TIMEOUT_PART;
    }

    /** The longest a call may take on all clouds together: each has its timeout and a start. */
    Duration timeMax() {
        return function.spec().timeout().plus(START_MAX).multipliedBy(places.size());
    }
}
