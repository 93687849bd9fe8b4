// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.Outcome;
import java.time.Duration;

/**
 * What came of a call whose answer was gathered.
 *
 * @param body of a result or a response, whole; empty for every other outcome
 */
public record Invoked(Outcome outcome, byte[] body, String id, String cloud, Duration took) {}
