// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;

/**
 * An HTTP request for a function that no route names.
 *
 * @param namespace where the function has to be
 * @param line and headers as the function is to get them, but for the fields that Weft adds
 * @param answerBytesMax of the answer, which is gathered; a function that answers more has failed
 */
public record Exchange(
        String function, String namespace, RequestLine line, Headers headers, Body body, long answerBytesMax) {}
