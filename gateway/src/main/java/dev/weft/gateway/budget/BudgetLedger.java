// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.budget;

/** What several processes together may spend, in billionths of a dollar. Blocking; safe for use by many threads. */
public interface BudgetLedger {
    /** Takes up to {@code wanted} of what is left of {@code limit} in the period; how much was got. */
    long take(String scope, String period, long wanted, long limit);

    /** Gives back what was taken and not spent. */
    void giveBack(String scope, String period, long amount);
}
