// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.Trace;
import org.jspecify.annotations.Nullable;

/**
 * Whose call it is that nobody waits for at the end of an exchange.
 *
 * @param id the invocation's
 * @param trace the span that it is made from; null where none is known
 * @param hops how many functions it has passed through already
 */
public record Origin(String id, @Nullable Trace trace, int hops) {}
