// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.Body;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event for a function.
 *
 * @param namespace where the function has to be; null for any
 * @param contentType media type of the body; null where nobody named one
 * @param answerBytesMax of the answer; a function that answers more has failed
 */
public record Addressed(
        String function,
        @Nullable String namespace,
        @Nullable String contentType,
        Map<String, String> attributes,
        Body body,
        long answerBytesMax) {}
