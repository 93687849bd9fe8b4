// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.LogLine;
import dev.weft.api.Sha256;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Shelf;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.control.Application;
import dev.weft.control.upload.UploadFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What façades see: the functions that are served now, of the documents and of clients. */
public final class ServedFunctions implements Functions {
    /** Lines that are looked through for those of one call. */
    static final int LINES_MAX = 1000;

    /** Files of a function's code that are counted and hashed; of more nothing is said. */
    static final int FILES_MAX = 20_000;

    /** Folders whose hashes are kept; with one more, all are read anew. */
    private static final int KNOWN_MAX = 1000;

    private static final int PART_BYTES = 64 * 1024;

    /** The newest lines of a function. */
    @FunctionalInterface
    public interface Logs {
        List<LogLine> of(Function function, int linesMax);
    }

    private final Supplier<Application> served;
    private final Supplier<Instant> changed;
    private final Logs logs;
    private final Uploads uploads;
    private final Shelf shelf;
    private final Map<Code, Measured> known = new ConcurrentHashMap<>();

    /** Those of {@code served}, which is as it is since {@code changed}; what clients keep is {@code kept}. */
    public ServedFunctions(Supplier<Application> served, Supplier<Instant> changed, Logs logs, Kept kept) {
        this.served = served;
        this.changed = changed;
        this.logs = logs;
        this.uploads = kept.uploads();
        this.shelf = kept.shelf();
    }

    /** What clients keep here. */
    public record Kept(Uploads uploads, Shelf shelf) {}

    @Override
    public Shelf shelf() {
        return shelf;
    }

    private record Code(Path folder, Instant since) {}

    private record Measured(String hash, long bytes) {
        static final Measured NOTHING = new Measured("", 0);
    }

    @Override
    public List<Served> list(String namespace) {
        Application application = served.get();
        return application.functions().stream()
                .filter(each -> each.metadata().namespace().equals(namespace))
                .filter(each -> !each.metadata().annotations().containsKey(Draft.VERSION_OF))
                .sorted(Comparator.comparing(Function::name))
                .map(each -> served(each, application))
                .toList();
    }

    @Override
    public @Nullable Served find(String namespace, String name) {
        Application application = served.get();
        Function found = function(namespace, name, application);
        return found == null ? null : served(found, application);
    }

    private static @Nullable Function function(String namespace, String name, Application application) {
        Function found = application.function(Metadata.qualified(namespace, name));
        return found == null || !found.metadata().namespace().equals(namespace) ? null : found;
    }

    /** One reading of the documents is another than the one before, whatever it says. */
    private record State(int reading, Instant since) {}

    @Override
    public Object state() {
        return new State(System.identityHashCode(served.get()), changed.get());
    }

    @Override
    public List<Served> versions(String namespace, String name) {
        Application application = served.get();
        Served itself = find(namespace, name);
        return itself == null
                ? List.of()
                : Stream.concat(
                                Stream.of(itself),
                                application.functions().stream()
                                        .filter(each ->
                                                each.metadata().namespace().equals(namespace))
                                        .filter(each -> name.equals(
                                                each.metadata().annotations().get(Draft.VERSION_OF)))
                                        .map(each -> served(each, application)))
                        .toList();
    }

    @Override
    public Changed put(String namespace, String name, Edit edit) throws InterruptedException {
        return uploads.put(namespace, name, edit, () -> find(namespace, name));
    }

    @Override
    public Changed delete(String namespace, String name) throws InterruptedException {
        return uploads.delete(namespace, name, () -> find(namespace, name));
    }

    @Override
    public Changed.@Nullable Refused stage(String namespace, String id, byte[] zip) {
        Changed.Refused unable = uploads.unable();
        return unable == null ? uploads.staging().put(namespace, id, zip) : unable;
    }

    @Override
    public byte @Nullable [] staged(String namespace, String id) {
        return uploads.staging().find(namespace, id);
    }

    @Override
    public byte @Nullable [] code(String namespace, String name) {
        if (find(namespace, name) == null) {
            return null;
        }
        UploadFolder.Kept kept = uploads.find(Metadata.qualified(namespace, name));
        try {
            return kept == null || kept.zip() == null ? null : Files.readAllBytes(kept.zip());
        } catch (NoSuchFileException changing) {
            return null; // another one takes its place just now
        } catch (IOException unreadable) {
            throw new UncheckedIOException("code that a client sent can't be read", unreadable);
        }
    }

    @Override
    public void unstage(String namespace, String id) {
        uploads.staging().remove(namespace, id);
    }

    private Served served(Function function, Application application) {
        boolean put = function.metadata().annotations().containsKey(Draft.HOME); // of others there is no file to read
        UploadFolder.Kept kept = put ? uploads.find(function.name()) : null;
        if (kept != null) {
            return new Served(function, kept.changed(), kept.hash(), kept.bytes());
        }
        Instant since = changed.get();
        Path folder = application.code().get(function.name());
        Measured code = Measured.NOTHING;
        if (folder != null) {
            if (known.size() > KNOWN_MAX) {
                known.clear();
            }
            code = known.computeIfAbsent(new Code(folder, since), its -> measured(folder));
        }
        return new Served(function, since, code.hash(), code.bytes());
    }

    /** Of the folder's files by name, or of the one file. */
    private static Measured measured(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> files = all.filter(Files::isRegularFile)
                    .limit(FILES_MAX + 1)
                    .sorted()
                    .toList();
            if (files.size() > FILES_MAX) {
                return Measured.NOTHING;
            }
            MessageDigest digest = Sha256.begin();
            long bytes = 0;
            for (Path each : files) {
                Sha256.add(digest, folder.relativize(each).toString() + ' ' + Files.size(each));
                bytes += add(each, digest);
            }
            return new Measured(HexFormat.of().formatHex(digest.digest()), bytes);
        } catch (IOException changing) {
            return Measured.NOTHING; // it is being saved just now
        }
    }

    private static long add(Path file, MessageDigest digest) throws IOException {
        byte[] part = new byte[PART_BYTES];
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                digest.update(part, 0, read);
                bytes += read;
            }
        }
        return bytes;
    }

    @Override
    public List<LogLine> logs(String namespace, String name, int linesMax) {
        Function found = function(namespace, name, served.get());
        return found == null ? List.of() : logs.of(found, Math.min(linesMax, LINES_MAX));
    }

    @Override
    public String logTail(String namespace, String function, String invocation) {
        Function found = function(namespace, function, served.get());
        if (found == null) {
            return "";
        }
        Deque<String> tail = new ArrayDeque<>();
        int bytes = 0;
        List<LogLine> lines = logs.of(found, LINES_MAX).stream()
                .filter(each -> invocation.equals(each.invocation()))
                .sorted(Comparator.comparing(LogLine::time).reversed())
                .toList();
        for (LogLine each : lines) {
            bytes += each.text().getBytes(StandardCharsets.UTF_8).length + 1;
            if (bytes > TAIL_BYTES_MAX) {
                break;
            }
            tail.addFirst(each.text());
        }
        return tail.isEmpty() ? "" : String.join("\n", tail) + '\n';
    }
}
