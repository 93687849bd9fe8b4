// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;

/**
 * A request of a vendor's client, whole.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and port the client asked for
 * @param callerAddress the client's IP address, without port
 */
public record FacadeRequest(
        RequestLine line, Headers headers, byte[] body, String scheme, String authority, String callerAddress) {}
