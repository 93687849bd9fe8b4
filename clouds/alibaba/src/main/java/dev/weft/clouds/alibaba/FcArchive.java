// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

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
            unpack(answer.body(), folder.toAbsolutePath().normalize());
        } catch (IOException broken) {
            throw failed("the code can't be fetched: " + broken.getMessage(), broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failed("interrupted while the code was fetched", stopped);
        }
    }

    private static void unpack(byte[] zip, Path folder) throws IOException {
        long left = UNPACKED_BYTES_MAX;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (!file.startsWith(folder)) {
                    throw new IOException("it holds a path outside of itself");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, left + 1));
                left -= bytes.length;
                if (left < 0) {
                    throw new IOException("it unpacks to more than " + UNPACKED_BYTES_MAX + " bytes");
                }
                Path parent = file.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.write(file, bytes);
            }
        }
    }

    private static CloudException failed(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        return new CloudException(CloudException.Kind.UNKNOWN, message, cause);
    }
}
