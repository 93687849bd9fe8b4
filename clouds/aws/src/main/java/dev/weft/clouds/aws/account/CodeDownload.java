// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CodeArchive;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** A function's package, fetched and unpacked into a folder: nothing of it lands elsewhere, or is larger than Lambda allows. */
final class CodeDownload {
    private CodeDownload() {}

    /** Fetches the package of {@code name} from the address that Lambda gave, which is proof enough in itself. */
    static void fetch(Transport transport, String name, URI location, Path folder) {
        byte[] zip;
        try {
            RestResponse answer = transport.send(RestRequest.of("download of the code", "GET", location));
            if (!answer.ok()) {
                throw new CloudException(
                        CloudException.Kind.UNKNOWN,
                        "the package of %s was answered with %d".formatted(name, answer.status()),
                        null);
            }
            zip = answer.body();
        } catch (IOException lost) {
            throw new CloudException(
                    CloudException.Kind.UNREACHABLE,
                    "the package of %s did not come from %s: %s"
                            .formatted(
                                    name,
                                    location.getHost(),
                                    lost.getMessage() == null ? "no connection" : lost.getMessage()),
                    lost);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(CloudException.Kind.UNKNOWN, "interrupted while the code was fetched", stopped);
        }
        CodeArchive.unpack(zip, folder, CodeArchive.ENTRIES_MAX, LambdaLimits.UNPACKED_BYTES_MAX);
    }
}
