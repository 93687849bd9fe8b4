// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.control.Application;
import dev.weft.control.placement.ListPrices;
import dev.weft.gateway.budget.BudgetLedger;
import dev.weft.gateway.budget.Budgets;
import dev.weft.gateway.placement.CallPrice;
import dev.weft.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The budgets of the documents, kept in the store, which is opened with the first of them. Safe for use by many threads. */
final class CallBudgets implements AutoCloseable {
    private final Supplier<Store> opening;
    private final InstantSource clock;
    private @Nullable Store store;
    private @Nullable Budgets budgets;
    private Map<String, Function> functions = Map.of();
    private Map<String, Cloud> clouds = Map.of();

    /** {@code opening} opens the store. */
    CallBudgets(Supplier<Store> opening, InstantSource clock) {
        this.opening = opening;
        this.clock = clock;
    }

    /** From now on places are those of {@code wanted}. */
    synchronized void next(Application wanted) {
        Map<String, Function> byName = new HashMap<>();
        wanted.functions().forEach(each -> byName.put(each.name(), each));
        functions = byName;
        Map<String, Cloud> cloudsByName = new HashMap<>();
        wanted.clouds().forEach(each -> cloudsByName.put(each.name(), each));
        clouds = cloudsByName;
        Set<String> scopes = new HashSet<>();
        byName.values().forEach(each -> scope(each).forEach(scope -> scopes.add(scope.name())));
        cloudsByName.values().forEach(each -> scope(each).forEach(scope -> scopes.add(scope.name())));
        if (!scopes.isEmpty() && budgets == null) {
            Store opened = opening.get();
            store = opened;
            budgets = new Budgets(new Ledger(opened.budgets()), clock);
        }
        Budgets kept = budgets;
        if (kept != null) {
            kept.keepOnly(scopes);
        }
    }

    private record Ledger(dev.weft.store.Budgets stored) implements BudgetLedger {
        @Override
        public long take(String scope, String period, long wanted, long limit) {
            return stored.take(scope, period, wanted, limit);
        }

        @Override
        public void giveBack(String scope, String period, long amount) {
            stored.giveBack(scope, period, amount);
        }
    }

    private static List<Budgets.Scope> scope(Function function) {
        var budget = function.spec().budget();
        return budget == null ? List.of() : List.of(new Budgets.Scope("function/" + function.name(), budget));
    }

    private static List<Budgets.Scope> scope(Cloud cloud) {
        var budget = cloud.spec().budget();
        return budget == null ? List.of() : List.of(new Budgets.Scope("cloud/" + cloud.name(), budget));
    }

    /** {@code place}, paid from the budgets of its function and its cloud, if they have any. */
    synchronized Place around(Place place, String function, String cloud) {
        Function called = functions.get(function);
        Cloud on = clouds.get(cloud);
        Budgets kept = budgets;
        if (called == null || on == null || kept == null) {
            return place;
        }
        List<Budgets.Scope> scopes = new ArrayList<>(scope(called));
        scopes.addAll(scope(on));
        Cloud.Price price = ListPrices.shipped().of(on).price();
        if (scopes.isEmpty()) {
            return place;
        }
        if (price == null) {
            throw new IllegalStateException("a budget needs a price; documents without one are refused");
        }
        CallPrice its = new CallPrice(price, called.spec().memory());
        return kept.around(place, its, called.spec().timeout(), scopes);
    }

    /** Gives back what was taken ahead and not spent. */
    @Override
    public synchronized void close() {
        Budgets kept = budgets;
        Store opened = store;
        if (kept != null && opened != null) {
            try (opened) {
                kept.close();
            }
        }
    }
}
