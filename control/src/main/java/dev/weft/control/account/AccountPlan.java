// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.account.Packing;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import java.util.List;
import java.util.Map;

/**
 * The difference between documents and accounts, and what {@link AccountPath#apply} needs to close it.
 *
 * @param steps in the order in which they are shown
 * @param unread clouds that did not say what they have, and why: nothing is decided for them
 * @param ready what is put there, by cloud and name
 * @param seen what was there, by cloud and name
 * @param notes what a person should know of what is put there, by cloud and name
 */
public record AccountPlan(
        String application,
        List<AccountStep> steps,
        Map<String, RuntimeException> unread,
        Map<Spot, Ready> ready,
        Map<Spot, Seen> seen,
        Map<Spot, List<String>> notes) {
    public AccountPlan {
        steps = List.copyOf(steps);
        unread = Map.copyOf(unread);
        ready = Map.copyOf(ready);
        seen = Map.copyOf(seen);
        notes = Map.copyOf(notes);
    }

    /** A name on a cloud. */
    public record Spot(String cloud, String name) {}

    /** A function, packaged for a cloud. */
    public record Ready(Wanted wanted, Packing packing) {}

    /** Whether there is nothing to do. */
    public boolean empty() {
        return unread.isEmpty()
                && steps.stream().noneMatch(each -> each.changes() || each instanceof AccountStep.Blocked);
    }

    /** What a person should know of {@code step}. */
    public List<String> notes(AccountStep step) {
        return notes.getOrDefault(new Spot(step.cloud(), step.name()), List.of());
    }

    /** Steps that keep the plan from being applied. */
    public List<AccountStep.Blocked> blocked() {
        return steps.stream()
                .filter(AccountStep.Blocked.class::isInstance)
                .map(AccountStep.Blocked.class::cast)
                .toList();
    }
}
