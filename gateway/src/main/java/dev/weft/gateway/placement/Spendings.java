// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all calls have cost since the start, by function and cloud; names come from documents. Safe for use by many threads. */
public final class Spendings {
    private final Map<List<String>, Spending> all = new ConcurrentHashMap<>();
    private final MeterRegistry meters;

    /** None yet; each is a metric of {@code meters}. */
    public Spendings(MeterRegistry meters) {
        this.meters = meters;
    }

    /** That of {@code function} on the cloud of {@code terms}, at {@code price} from now on. */
    public Spending of(String function, CloudTerms terms, @Nullable CallPrice price) {
        Spending its = all.computeIfAbsent(List.of(function, terms.name()), key -> watched(function, terms.name()));
        its.priced(price, terms.priceFrom());
        return its;
    }

    private Spending watched(String function, String cloud) {
        Spending its = new Spending(function, cloud);
        FunctionCounter.builder("weft.call.cost.dollars", its, Spending::dollars)
                .description("What calls have cost, estimated from list prices, time and memory; without free tiers")
                .tag("function", function)
                .tag("cloud", cloud)
                .register(meters);
        return its;
    }

    /** By function, then by cloud. */
    public List<Spending.View> views() {
        return all.values().stream()
                .map(Spending::view)
                .sorted(Comparator.comparing(Spending.View::function).thenComparing(Spending.View::cloud))
                .toList();
    }
}
