// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Headers;

/**
 * An answer's head, whatever protocol it came by.
 *
 * @param length of the body, or {@link dev.weft.api.Body#LENGTH_UNKNOWN}
 * @param staysOpen whether the connection may serve another request after it
 */
record AnswerHead(int status, Headers fields, long length, boolean staysOpen) {}
