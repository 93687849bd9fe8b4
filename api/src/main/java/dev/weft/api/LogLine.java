// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line that a function wrote.
 *
 * @param invocation the call being served when it was written; null where that can't be told (start-up, or several
 *     calls at once)
 * @param text without the line's end, cut at the keeper's named limit
 */
public record LogLine(
        Instant time,
        String function,
        String cloud,
        String instance,
        @Nullable String invocation,
        String text) {}
