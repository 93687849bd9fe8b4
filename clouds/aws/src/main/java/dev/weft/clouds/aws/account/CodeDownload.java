// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** A function's package, fetched and unpacked into a folder: nothing of it lands elsewhere, or is larger than Lambda allows. */
final class CodeDownload {
    /** Files and folders in a package. */
    static final int ENTRIES_MAX = 100_000;

    private static final int BUFFER = 64 * 1024;

    private final Path folder;
    private final long bytesMax;
    private long bytes;
    private int entries;

    private CodeDownload(Path folder, long bytesMax) {
        this.folder = folder.toAbsolutePath().normalize();
        this.bytesMax = bytesMax;
    }

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
        unpack(zip, folder, LambdaLimits.UNPACKED_BYTES_MAX);
    }

    /** Unpacks {@code zip} into {@code folder}; an entry that would land elsewhere is refused, with nothing more written. */
    static void unpack(byte[] zip, Path folder, long bytesMax) {
        CodeDownload download = new CodeDownload(folder, bytesMax);
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                download.entry(entry, in);
            }
        } catch (ZipException | FileAlreadyExistsException | EOFException broken) {
            throw refused("something that cannot be unpacked: " + broken.getMessage());
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        if (download.entries == 0) {
            throw new CloudException(CloudException.Kind.INVALID, "the package is empty, or is no zip file", null);
        }
    }

    private void entry(ZipEntry entry, ZipInputStream in) throws IOException {
        Path to = inside(entry.getName());
        if (++entries > ENTRIES_MAX) {
            throw refused("more than " + ENTRIES_MAX + " files and folders");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(to);
            return;
        }
        Path parent = to.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        byte[] buffer = new byte[BUFFER];
        try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
                if (bytes > bytesMax) {
                    throw refused("more than " + bytesMax + " bytes");
                }
                out.write(buffer, 0, read);
            }
        }
    }

    private Path inside(String name) {
        try {
            Path to = folder.resolve(name).normalize();
            if (!name.contains("\\") && to.startsWith(folder) && !to.equals(folder)) {
                return to;
            }
        } catch (InvalidPathException nonsense) {
            throw refused("an entry whose name no file can have");
        }
        throw refused("the entry '" + name + "', which would land outside of the folder");
    }

    private static CloudException refused(String what) {
        return new CloudException(CloudException.Kind.INVALID, "the package has " + what, null);
    }
}
