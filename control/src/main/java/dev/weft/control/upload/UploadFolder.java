// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.Sha256;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Names;
import dev.weft.api.resource.Metadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Where functions that clients put are kept: of each a document, {@code NAME.yaml}, or {@code NAME.NAMESPACE.yaml} in another
 * namespace than {@code default}, and a zip file that is named after the hash of
 * what is in it. A document is replaced as a whole, after its zip file is there, so that a Weft that is killed finds the one or the
 * other. Only its user may read them: variables stand in them. Blocking; for one thread at a time but {@link #find}.
 */
public final class UploadFolder {
    private static final FileAttribute<?> ONLY_MINE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> ONLY_MINE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final String DOCUMENT = ".yaml";
    private static final String ZIP = ".zip";
    private static final String INCOMING = ".incoming";

    private final Path folder;

    /** Those in {@code folder}, which is made when something is put there. */
    public UploadFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * One that is kept.
     *
     * @param name what it is told by where all namespaces are
     * @param changed when its document was written
     * @param zip null where it runs an image
     * @param hash SHA-256 of its zip file, or of its image's name: 64 hexadecimal digits
     */
    public record Kept(
            String name,
            Draft draft,
            Path document,
            @Nullable Path zip,
            Instant changed,
            String hash,
            long bytes) {}

    /** A change that can be taken back until it is over. */
    public interface Change {
        /** All is as before. */
        void undo();

        /** It stays: what only was there for {@link #undo} goes. */
        void over();

        /** All of them as one, in their order. */
        static Change all(List<Change> changes) {
            return new Change() {
                @Override
                public void undo() {
                    changes.reversed().forEach(Change::undo);
                }

                @Override
                public void over() {
                    changes.forEach(Change::over);
                }
            };
        }
    }

    /** The documents, by name. */
    public List<Path> documents() {
        return files().stream()
                .filter(each -> each.toString().endsWith(DOCUMENT))
                .toList();
    }

    /** What is kept, by name. */
    public List<Kept> all() {
        return documents().stream()
                .map(each -> each.getFileName().toString())
                .map(file -> find(file.substring(0, file.length() - DOCUMENT.length())))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Bytes of all that is kept. */
    public long bytes() {
        return files().stream().mapToLong(UploadFolder::size).sum();
    }

    /** Whether {@code document} is that function's. */
    public boolean isOf(String name, Path document) {
        return document(name).equals(document.toAbsolutePath().normalize());
    }

    /** The one that is told so where all namespaces are; null where there is none. */
    public @Nullable Kept find(String name) {
        Path document = document(name);
        try {
            UploadDocument.Read read = UploadDocument.read(Files.readString(document));
            Instant changed = Files.getLastModifiedTime(document).toInstant();
            String zip = read.zip();
            if (zip == null) {
                String image = Objects.requireNonNull(read.draft().image());
                return new Kept(name, read.draft(), document, null, changed, Sha256.hex(image.getBytes(UTF_8)), 0);
            }
            Path file = folder.resolve(zip);
            String hash = zip.substring(name.length() + 1, zip.length() - ZIP.length());
            return new Kept(name, read.draft(), document, file, changed, hash, size(file));
        } catch (NoSuchFileException absent) {
            return null;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("can't read " + document, unreadable);
        } catch (YamlEngineException | IllegalArgumentException | IndexOutOfBoundsException changed) {
            throw new IllegalStateException(document + " is not as it was written: " + changed.getMessage(), changed);
        }
    }

    /** Writes one; with a zip file it runs that, and no image. */
    public Change put(Draft draft, Map<String, Object> placement, String namespace, byte @Nullable [] zip) {
        String name = Metadata.qualified(namespace, draft.name());
        boolean image = draft.image() != null && zip == null;
        Draft told = image ? draft : draft.withSpec("code", null);
        try {
            Files.createDirectories(folder, ONLY_MINE);
            Kept before = find(name);
            byte @Nullable [] was = before == null ? null : Files.readAllBytes(before.document());
            Path code = image ? null : code(name, zip, before);
            String file = code == null ? null : code.getFileName().toString();
            write(
                    document(name),
                    UploadDocument.write(told, placement, namespace, file).getBytes(UTF_8));
            Path old = before == null ? null : before.zip();
            return new Change() {
                @Override
                public void undo() {
                    restore(name, was);
                    if (code != null && !code.equals(old)) {
                        gone(code);
                    }
                }

                @Override
                public void over() {
                    if (old != null && !old.equals(code)) {
                        gone(old);
                    }
                }
            };
        } catch (IOException full) {
            sweep();
            throw new UncheckedIOException("function " + name + " can't be kept: " + full.getMessage(), full);
        }
    }

    /** The zip file, written if it is not there yet; without one, that which it has. */
    private Path code(String name, byte @Nullable [] zip, @Nullable Kept before) throws IOException {
        if (zip == null) {
            return Objects.requireNonNull(before == null ? null : before.zip(), "no code");
        }
        Path code = folder.resolve(name + '-' + Sha256.hex(zip) + ZIP);
        if (!Files.exists(code)) {
            write(code, zip);
        }
        return code;
    }

    /** Removes one that is there. */
    public Change remove(String name) {
        Kept before = Objects.requireNonNull(find(name));
        try {
            byte[] was = Files.readAllBytes(before.document());
            Files.delete(before.document());
            return new Change() {
                @Override
                public void undo() {
                    restore(name, was);
                }

                @Override
                public void over() {
                    if (before.zip() != null) {
                        gone(before.zip());
                    }
                }
            };
        } catch (IOException inTheWay) {
            throw new UncheckedIOException("function " + name + " can't be removed", inTheWay);
        }
    }

    /** Removes what a Weft that was killed has left. */
    public void sweep() {
        Set<Path> named = all().stream().map(Kept::zip).filter(Objects::nonNull).collect(Collectors.toSet());
        files().stream()
                .filter(each ->
                        each.toString().endsWith(INCOMING) || (each.toString().endsWith(ZIP) && !named.contains(each)))
                .forEach(UploadFolder::gone);
    }

    private void restore(String name, byte @Nullable [] was) {
        try {
            if (was == null) {
                Files.deleteIfExists(document(name));
            } else {
                write(document(name), was);
            }
        } catch (IOException full) {
            throw new UncheckedIOException("the change of function " + name + " can't be taken back", full);
        }
    }

    /** Whole or not at all, and on disk. */
    private static void write(Path file, byte[] bytes) throws IOException {
        Path incoming = file.resolveSibling(file.getFileName() + INCOMING);
        Files.deleteIfExists(incoming);
        Files.createFile(incoming, ONLY_MINE_FILE);
        try (var channel = Files.newByteChannel(incoming, Set.of(StandardOpenOption.WRITE, StandardOpenOption.SYNC))) {
            java.nio.ByteBuffer rest = java.nio.ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
        Files.move(incoming, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path document(String name) {
        if (!valid(name)) {
            throw new IllegalArgumentException("'" + name + "' is no function's name");
        }
        return folder.resolve(name + DOCUMENT);
    }

    /** Whether it is one that a function can be told by where all namespaces are. */
    public static boolean valid(String name) {
        String plain = Metadata.unqualified(name);
        return Names.valid(plain) && (name.equals(plain) || Names.valid(name.substring(plain.length() + 1)));
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("can't read " + folder, unreadable);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return 0;
        }
    }

    private static void gone(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException inTheWay) {
            System.getLogger("dev.weft.control")
                    .log(System.Logger.Level.WARNING, "a leftover stays: " + inTheWay.getMessage());
        }
    }
}
