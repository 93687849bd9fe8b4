// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.rest;

import java.io.IOException;

/** Sends one request and waits for the whole answer. Safe for use by many threads. Tests put their own in its place. */
@FunctionalInterface
public interface Transport {
    /** The answer, whatever its status; an {@link IOException} where there is none. */
    RestResponse send(RestRequest request) throws IOException, InterruptedException;
}
