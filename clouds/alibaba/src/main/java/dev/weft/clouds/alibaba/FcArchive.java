// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CloudException;
import dev.weft.api.account.CodeArchive;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** A function's code as Function Compute hands it out. */
final class FcArchive {
    /** Bytes of everything that is unpacked. */
    static final long UNPACKED_BYTES_MAX = 512L << 20;

    private FcArchive() {}

    /** Unpacks what {@code where}, an address that is signed itself, gives into {@code folder}; nothing is written outside of it. */
    static void fetch(Transport transport, URI where, Path folder) {
        try {
            RestResponse answer = transport.send(RestRequest.of("download", "GET", where));
            if (!answer.ok()) {
                throw failed("the code's address was answered with " + answer.status(), null);
            }
            CodeArchive.unpack(answer.body(), folder, CodeArchive.ENTRIES_MAX, UNPACKED_BYTES_MAX);
        } catch (IOException broken) {
            throw failed("the code can't be fetched: " + broken.getMessage(), broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failed("interrupted while the code was fetched", stopped);
        }
    }

    private static CloudException failed(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        return new CloudException(CloudException.Kind.UNKNOWN, message, cause);
    }
}
