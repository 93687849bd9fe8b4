// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One function as the gateway knows it: immutable but for health and budget, which outlive a change of routes.
 *
 * @param places in the order of the function's placement
 */
record FunctionEntry(Function function, List<Candidate> places, RetryBudget budget) {
    /** One cloud of the placement. */
    record Candidate(Place place, PlaceHealth health) {}

    String name() {
        return function.name();
    }

    /** The same, called through what {@code around} makes of each place. */
    FunctionEntry through(UnaryOperator<Place> around) {
        return new FunctionEntry(
                function,
                places.stream()
                        .map(each -> new Candidate(around.apply(each.place()), each.health()))
                        .toList(),
                budget);
    }

    List<PlacementDecider.Standing> standings() {
        if (places.size() == 1) {
            return List.of(places.getFirst().health().standing());
        }
        return places.stream().map(each -> each.health().standing()).toList();
    }

    /** The longest a call may take on all clouds together: each has its timeout and a start. */
    Duration timeMax() {
        return function.spec().timeout().plus(START_MAX).multipliedBy(places.size());
    }

    private static final Duration START_MAX = Duration.ofSeconds(10);
}
