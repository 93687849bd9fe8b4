// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.budget;

import dev.weft.api.resource.Budget;
import dev.weft.api.spi.Place;
import dev.weft.gateway.placement.CallPrice;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The budgets of functions and clouds as this process spends them. Safe for use by many threads. */
public final class Budgets implements AutoCloseable {
    /** What a budget is for, for example {@code function/checkout}, and what it is. */
    public record Scope(String name, Budget budget) {}

    private final BudgetLedger ledger;
    private final InstantSource clock;
    private final Map<String, Purse> purses = new ConcurrentHashMap<>();

    /** Kept in {@code ledger}. */
    public Budgets(BudgetLedger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /**
     * {@code place}, called only while each of {@code scopes} has room.
     *
     * @param timeout what a call takes at most, and so what is set aside for it
     */
    public Place around(Place place, CallPrice price, Duration timeout, List<Scope> scopes) {
        List<Purse> paid = scopes.stream().map(this::purse).toList();
        return new BudgetedPlace(place, price, timeout, paid);
    }

    private synchronized Purse purse(Scope scope) {
        Purse known = purses.get(scope.name());
        if (known != null && known.budget().equals(scope.budget())) {
            return known;
        }
        if (known != null) {
            known.close();
        }
        Purse fresh = new Purse(scope.name(), scope.budget(), ledger, clock);
        purses.put(scope.name(), fresh);
        return fresh;
    }

    /** Gives back what is not spent of all budgets but {@code scopes}. Blocking. */
    public synchronized void keepOnly(Set<String> scopes) {
        purses.entrySet().removeIf(each -> {
            boolean gone = !scopes.contains(each.getKey());
            if (gone) {
                each.getValue().close();
            }
            return gone;
        });
    }

    /** Gives back what is not spent. Blocking. */
    @Override
    public void close() {
        keepOnly(Set.of());
    }
}
