// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of a step.
 *
 * @param failure why it was not done; null when it was
 * @param skipped why it was not begun; null when it was
 */
public record AccountResult(
        AccountStep step,
        @Nullable RuntimeException failure,
        @Nullable String skipped,
        Duration took) {
    /** Whether the step was done. */
    public boolean done() {
        return failure == null && skipped == null;
    }
}
