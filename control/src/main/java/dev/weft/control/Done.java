// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import java.util.List;
import java.util.Map;

/**
 * What came of a plan.
 *
 * @param results one for each step
 * @param unread clouds that did not say what they have, and why
 */
public record Done(List<Step.Result> results, Map<String, RuntimeException> unread) {
    public Done {
        results = List.copyOf(results);
        unread = Map.copyOf(unread);
    }

    /** Whether all of it was done. */
    public boolean complete() {
        return unread.isEmpty() && failures().isEmpty();
    }

    /** The steps that were not done. */
    public List<Step.Result> failures() {
        return results.stream().filter(result -> !result.done()).toList();
    }
}
