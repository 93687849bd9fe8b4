// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import java.util.List;
import java.util.Map;

/**
 * The difference between documents and clouds.
 *
 * @param steps by function in the documents' order, within one by its clouds' order, then what is deleted
 * @param unread clouds that did not say what they have, and why: none of their steps is known
 */
public record Plan(List<Step> steps, Map<String, RuntimeException> unread) {
    public Plan {
        steps = List.copyOf(steps);
        unread = Map.copyOf(unread);
    }

    /** Whether there is nothing to do. */
    public boolean empty() {
        return unread.isEmpty() && steps.stream().allMatch(Step.Keep.class::isInstance);
    }
}
