// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.Headers;

/**
 * Why a call is not let in.
 *
 * @param word the reason in one word, for the journal, metrics and callers' programs
 * @param headers that tell the caller when to come back
 */
public record Refusal(int status, String word, String message, Headers headers) {}
