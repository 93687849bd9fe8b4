// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.tools;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import dev.weft.api.spi.ContractHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Vendors' libraries in {@code home/libraries}, one folder a set, named by the set and a hash of its lock: a set that
 * changes is another folder. Fetched by the ecosystem's own client, so that a company's mirror and its credentials hold
 * here too; what came is checked against the lock and then moved into place whole. Wefts side by side wait for each other.
 */
public final class FetchedLibraries implements ContractHost.Libraries {
    /** Time for one set. */
    static final Duration FETCH_MAX = Duration.ofMinutes(10);

    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";
    private static final int OUTPUT_CHARS_MAX = 1500;
    private static final int HASH_DIGITS = 12;

    private final Path folder;
    private final Consumer<String> progress;

    /** Keeps them in {@code home}; what takes long is told to {@code progress}, a line at a time. */
    public FetchedLibraries(Path home, Consumer<String> progress) {
        this.folder = home.resolve("libraries");
        this.progress = progress;
    }

    @Override
    public Path npm(String name, String manifest, String lock) {
        return fetched(name, manifest + lock, incoming -> {
            Files.writeString(incoming.resolve("package.json"), manifest);
            Files.writeString(incoming.resolve("package-lock.json"), lock);
            // ci: exactly the lock, hashes checked; no package may run a script here
            run(name, incoming, "npm", List.of("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"));
        });
    }

    @Override
    public Path maven(String name, String lock) {
        return fetched(name, lock, incoming -> {
            Map<String, String> hashes = new TreeMap<>();
            Files.writeString(incoming.resolve("pom.xml"), pom(name, lock, hashes));
            Path jars = Files.createDirectories(incoming.resolve("jars"));
            run(
                    name,
                    incoming,
                    "mvn",
                    List.of("-B", "-q", COPY, "-DoutputDirectory=" + jars, "-Dmdep.prependGroupId=true"));
            check(name, jars, hashes);
        });
    }

    @Override
    public Path pip(String name, String lock) {
        return fetched(name, lock, incoming -> {
            Path requirements = Files.writeString(incoming.resolve("requirements.txt"), lock);
            Path python = InstalledLanguages.program(ContractHost.Language.PYTHON);
            if (python == null) {
                throw refused(name, "needs 'python3' with pip to be fetched, once, and it is not on the PATH", null);
            }
            // wheels only: no package may run a script here; the lock is the whole closure, its hashes are checked
            List<String> install =
                    List.of("-m", "pip", "install", "--require-hashes", "--only-binary=:all:", "--no-deps");
            List<String> quietly =
                    List.of("--no-input", "--disable-pip-version-check", "--no-warn-script-location", "-q");
            List<String> all = new ArrayList<>(install);
            all.addAll(quietly);
            all.addAll(List.of("--target", incoming.resolve("site").toString(), "-r", requirements.toString()));
            run(name, incoming, python.toString(), all);
        });
    }

    /** Gets one set into a folder. */
    private interface Fetch {
        void into(Path incoming) throws IOException, InterruptedException;
    }

    private Path fetched(String name, String lock, Fetch fetch) {
        String hash = hex(Sha256.begin().digest(lock.getBytes(StandardCharsets.UTF_8)))
                .substring(0, HASH_DIGITS);
        Path ready = folder.resolve(name + '-' + hash);
        if (Files.isDirectory(ready)) {
            return ready;
        }
        try {
            Files.createDirectories(folder);
            synchronized (this) {
                try (FileChannel channel = FileChannel.open(
                                folder.resolve('.' + name + ".lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                        FileLock held = channel.lock()) {
                    if (held.isValid() && !Files.isDirectory(ready)) {
                        fetch(name, ready, fetch);
                    }
                }
            }
            return ready;
        } catch (IOException unwritable) {
            throw refused(name, "can't be kept in " + folder + ": " + unwritable.getMessage(), unwritable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw refused(name, "fetching was interrupted", stopped);
        }
    }

    private void fetch(String name, Path ready, Fetch fetch) throws IOException, InterruptedException {
        progress.accept("fetching library " + name + " (once; kept in " + folder + ")");
        Path incoming = Files.createTempDirectory(folder, "." + name + "-");
        long began = System.nanoTime();
        boolean whole = false;
        try {
            fetch.into(incoming);
            readable(incoming);
            Files.move(incoming, ready, StandardCopyOption.ATOMIC_MOVE);
            whole = true;
            progress.accept("fetched library %s in %.1f s".formatted(name, (System.nanoTime() - began) / 1e9));
        } finally {
            if (!whole) {
                delete(incoming);
            }
        }
    }

    private static void run(String name, Path at, String program, List<String> arguments)
            throws IOException, InterruptedException {
        Path file = Programs.find(program);
        if (file == null) {
            throw refused(name, "needs '" + program + "' to be fetched, once, and it is not on the PATH", null);
        }
        List<String> command = new ArrayList<>();
        command.add(file.toString());
        command.addAll(arguments);
        Path output = at.resolve(".output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(at.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home", ""));
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(FETCH_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                throw refused(name, program + " did not end within " + FETCH_MAX.toMinutes() + " minutes", null);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            String said = Files.readString(output, StandardCharsets.UTF_8).strip();
            if (said.endsWith("No module named pip")) {
                throw refused(
                        name,
                        "needs pip to be fetched, once, and " + program
                                + " has none; install it (Debian: apt-get install python3-pip)",
                        null);
            }
            throw refused(
                    name,
                    program + " could not fetch it; is the registry reachable? It said: "
                            + said.substring(Math.max(0, said.length() - OUTPUT_CHARS_MAX)),
                    null);
        }
    }

    /** Every jar is listed, closure and all, so none brings others along. */
    private static String pom(String name, String lock, Map<String, String> hashes) {
        StringBuilder pom = new StringBuilder("<project><modelVersion>4.0.0</modelVersion><groupId>weft</groupId>"
                + "<artifactId>" + name + "</artifactId><version>1</version><packaging>pom</packaging><dependencies>");
        for (String line : lock.lines()
                .filter(each -> !each.isBlank() && !each.startsWith("#"))
                .toList()) {
            String[] parts = line.strip().split("[ :]+", -1);
            String classifier = parts.length > 4 ? parts[4] : null;
            pom.append("<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version>"
                    .formatted(parts[1], parts[2], parts[3]));
            if (classifier != null) {
                pom.append("<classifier>").append(classifier).append("</classifier>");
            }
            pom.append("<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>")
                    .append("</dependency>");
            hashes.put(
                    parts[1] + '.' + parts[2] + '-' + parts[3] + (classifier == null ? "" : '-' + classifier) + ".jar",
                    parts[0]);
        }
        return pom.append("</dependencies></project>").toString();
    }

    private static void check(String name, Path jars, Map<String, String> hashes) throws IOException {
        for (Map.Entry<String, String> each : hashes.entrySet()) {
            Path jar = jars.resolve(each.getKey());
            if (!Files.isRegularFile(jar)) {
                throw refused(name, each.getKey() + " did not come", null);
            }
            String found = hash(jar);
            if (!found.equals(each.getValue())) {
                throw refused(
                        name,
                        "%s has the hash %s, and is pinned to %s: the repository gave another file"
                                .formatted(each.getKey(), found, each.getValue()),
                        null);
            }
        }
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = Sha256.begin();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return hex(digest.digest());
    }

    /** Functions run as other users. */
    private static void readable(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(file -> !Files.isSymbolicLink(file)).toList()) {
                var permissions = Files.getPosixFilePermissions(each);
                permissions.add(PosixFilePermission.GROUP_READ);
                permissions.add(PosixFilePermission.OTHERS_READ);
                if (permissions.contains(PosixFilePermission.OWNER_EXECUTE)) {
                    permissions.add(PosixFilePermission.OTHERS_EXECUTE);
                }
                Files.setPosixFilePermissions(each, permissions);
            }
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException stuck) {
            System.getLogger("dev.weft.engine")
                    .log(System.Logger.Level.WARNING, "folder not deleted, folder=" + folder, stuck);
        }
    }

    private static CloudException refused(String name, String why, @Nullable Throwable cause) {
        return new CloudException(CloudException.Kind.INVALID, "library " + name + ": " + why, cause);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
