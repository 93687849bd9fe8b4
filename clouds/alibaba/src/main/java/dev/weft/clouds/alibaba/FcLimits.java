// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import java.nio.charset.StandardCharsets;

/** How much Function Compute lets through. Source: its developer guide, "Web functions", limits. */
public final class FcLimits {
    /** Bytes of the body of a synchronous call, each way. */
    public static final int PAYLOAD_BYTES_MAX = 32 << 20;

    /** Bytes of all header names and values together, each way. */
    public static final int HEADER_BYTES_MAX = 8 << 10;

    /** Bytes of path and query together. */
    public static final int PATH_BYTES_MAX = 4 << 10;

    private FcLimits() {}

    /** Refuses a request whose head no function would get. */
    static void check(RequestLine line, Headers headers) {
        int path = line.target().getBytes(StandardCharsets.UTF_8).length;
        if (path > PATH_BYTES_MAX) {
            throw refused("path and query", path, PATH_BYTES_MAX);
        }
        int fields = bytes(headers);
        if (fields > HEADER_BYTES_MAX) {
            throw refused("header fields", fields, HEADER_BYTES_MAX);
        }
    }

    /** How much of the limit {@code headers} take. */
    static int bytes(Headers headers) {
        int[] sum = {0};
        headers.forEach((name, value) -> sum[0] += name.length() + value.getBytes(StandardCharsets.UTF_8).length);
        return sum[0];
    }

    private static CloudException refused(String what, int bytes, int most) {
        return new CloudException(
                CloudException.Kind.INVALID,
                "InvalidArgument: the request's %s take %d bytes, and contract alibaba-fc allows %d"
                        .formatted(what, bytes, most),
                null);
    }
}
