// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The user's Weft folder, {@code ~/.weft} or {@code $WEFT_HOME}. Each running Weft has {@code run/<pid>} in it, which
 * only its user can enter: the address of its admin API and the token for it.
 */
public record Home(Path folder) {
    private static final FileAttribute<?> ONLY_MINE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> ONLY_MINE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final int TOKEN_BYTES = 32;
    /** The kernel counts starts in ticks of a hundredth second, and two readings may round apart. */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    /** The folder that the environment names, else {@code ~/.weft}. */
    public static Home of(Map<String, String> env) {
        String named = env.get("WEFT_HOME");
        Path folder =
                named == null || named.isBlank() ? Path.of(System.getProperty("user.home"), ".weft") : Path.of(named);
        return new Home(folder.toAbsolutePath().normalize());
    }

    /** Makes the folder where it is not there: only its user can enter. */
    public void make() {
        try {
            Files.createDirectories(folder, ONLY_MINE);
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "Weft's folder " + folder + " can't be made (WEFT_HOME names another)", failure);
        }
    }

    /** Makes this process's own run folder, with a fresh token; other commands find it once it is announced. */
    public Run open() {
        long pid = ProcessHandle.current().pid();
        Path mine = runs().resolve(Long.toString(pid));
        String token = token();
        try {
            Files.createDirectories(folder, ONLY_MINE);
            Files.createDirectories(runs(), ONLY_MINE);
            delete(mine);
            Files.createDirectory(mine, ONLY_MINE);
            Files.createFile(mine.resolve("token"), ONLY_MINE_FILE);
            Files.writeString(mine.resolve("token"), token);
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "Weft's folder " + folder + " can't be written (WEFT_HOME names another)", failure);
        }
        return new Run(mine, pid, token);
    }

    /** The Wefts of this user that run now; folders that dead ones left are passed over. */
    public List<Found> running() {
        List<Found> live = new ArrayList<>();
        for (Path each : runFolders()) {
            Found found = read(each);
            if (found != null && alive(found.pid(), found.started())) {
                live.add(found);
            }
        }
        live.sort(Comparator.comparing(Found::started));
        return live;
    }

    /** Removes the folders of Wefts that ended without cleaning up. */
    public void sweep() {
        for (Path each : runFolders()) {
            long pid = pid(each);
            Found found = read(each);
            boolean dead =
                    pid > 0 && (found == null ? ProcessHandle.of(pid).isEmpty() : !alive(found.pid(), found.started()));
            if (dead) {
                try {
                    delete(each);
                } catch (IOException inTheWay) {
                    System.getLogger("dev.weft.app")
                            .log(System.Logger.Level.WARNING, "leftover folder stays: " + inTheWay.getMessage());
                }
            }
        }
    }

    /** The run folder of {@code found}. */
    public Path folder(Found found) {
        return runs().resolve(Long.toString(found.pid()));
    }

    private Path runs() {
        return folder.resolve("run");
    }

    private List<Path> runFolders() {
        List<Path> all = new ArrayList<>();
        if (Files.isDirectory(runs())) {
            try (DirectoryStream<Path> each = Files.newDirectoryStream(runs(), entry -> pid(entry) > 0)) {
                each.forEach(all::add);
            } catch (IOException unreadable) {
                throw new UncheckedIOException("can't read " + runs(), unreadable);
            }
        }
        return all;
    }

    private static long pid(Path runFolder) {
        String name = runFolder.getFileName().toString();
        return name.matches("[0-9]{1,9}") ? Long.parseLong(name) : -1;
    }

    private static @Nullable Found read(Path runFolder) {
        try {
            JsonNode json = JsonMapper.shared().readTree(Files.readString(runFolder.resolve("admin.json")));
            return new Found(
                    URI.create(json.path("url").asString()),
                    json.path("pid").asLong(),
                    Instant.parse(json.path("started").asString()),
                    Files.readString(runFolder.resolve("token")).strip());
        } catch (IOException | JacksonException | IllegalArgumentException | java.time.DateTimeException incomplete) {
            return null;
        }
    }

    private static boolean alive(long pid, Instant started) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        // a pid may belong to another process by now: the start tells them apart
        return process.isPresent()
                && process.get()
                        .info()
                        .startInstant()
                        .map(at -> Duration.between(at, started).abs().compareTo(START_TOLERANCE) < 0)
                        .orElse(true);
    }

    private static String token() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    /**
     * A Weft that runs.
     *
     * @param url of its admin API, without a path
     * @param started when its process started
     */
    public record Found(URI url, long pid, Instant started, String token) {
        @Override
        public String toString() {
            return url + " (pid " + pid + ")";
        }
    }

    /** This process's own folder; closing removes it. */
    public static final class Run implements AutoCloseable {
        private final Path folder;
        private final long pid;
        private final String token;

        private Run(Path folder, long pid, String token) {
            this.folder = folder;
            this.pid = pid;
            this.token = token;
        }

        /** Where files of this run go. */
        public Path folder() {
            return folder;
        }

        /** What admin calls must show. */
        public String token() {
            return token;
        }

        /** Lets other commands find the admin API at {@code url}. */
        public void announce(URI url) {
            Instant started = ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
            String json = JsonMapper.shared()
                    .writeValueAsString(Map.of("url", url.toString(), "pid", pid, "started", started.toString()));
            try {
                // written whole beside it first: a reader never sees half a file
                Path whole = folder.resolve("admin.json.new");
                Files.writeString(whole, json);
                Files.move(whole, folder.resolve("admin.json"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException failure) {
                throw new UncheckedIOException("can't write in " + folder, failure);
            }
        }

        /** Other commands find this Weft no more. */
        public void unannounce() {
            try {
                Files.deleteIfExists(folder.resolve("admin.json"));
            } catch (IOException failure) {
                throw new UncheckedIOException("can't write in " + folder, failure);
            }
        }

        @Override
        public void close() {
            try {
                delete(folder);
            } catch (IOException inTheWay) {
                System.getLogger("dev.weft.app")
                        .log(System.Logger.Level.WARNING, "run folder stays: " + inTheWay.getMessage());
            }
        }
    }
}
