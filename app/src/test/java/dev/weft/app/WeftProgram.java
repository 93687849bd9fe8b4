// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Weft for tests that start it as a process of its own, again and again: with an archive of its classes, made once, which
 * halves a start's work as {@code ./weft}'s own does. A folder on the class path would rule it out, so folders are packed.
 */
public final class WeftProgram {
    private static final int TRAINING_SECONDS_MAX = 180;

    /** Each process that tests run in makes its own. */
    private static final Path FOLDER =
            Path.of("target", "program-" + SharedHome.FORK).toAbsolutePath();

    private static final String CLASSPATH = packed();
    private static final Path ARCHIVE = trained();

    private WeftProgram() {}

    /** {@code java} with its options, {@code more} of them, and the main class; arguments come behind. */
    public static List<String> command(String... more) {
        List<String> command = java("-XX:SharedArchiveFile=" + ARCHIVE);
        command.addAll(List.of(more));
        command.addAll(List.of("-cp", CLASSPATH, "dev.weft.app.Main"));
        return command;
    }

    private static List<String> java(String archive) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                // what the JVM says of an archive would be among what Weft says
                "-Xlog:disable",
                archive));
    }

    private static String packed() {
        String tests = Path.of("target", "test-classes").toAbsolutePath().toString();
        List<String> jars = new ArrayList<>();
        try {
            Files.createDirectories(FOLDER);
            for (String each : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                    .split(File.pathSeparator, -1)) {
                if (Files.isRegularFile(Path.of(each))) {
                    jars.add(each);
                } else if (!each.isEmpty() && Files.isDirectory(Path.of(each)) && !each.equals(tests)) {
                    jars.add(pack(Path.of(each), FOLDER.resolve(jars.size() + ".jar"))
                            .toString());
                }
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return String.join(File.pathSeparator, jars);
    }

    private static Path pack(Path folder, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(folder.relativize(each).toString()));
                Files.copy(each, zip);
            }
        }
        return jar;
    }

    private static Path trained() {
        Path archive = FOLDER.resolve("classes.jsa");
        Path home = FOLDER.resolve("home");
        List<String> command = java("-XX:ArchiveClassesAtExit=" + archive);
        command.addAll(List.of("-cp", CLASSPATH, "dev.weft.app.Main", "train"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(FOLDER.resolve("training.log").toFile());
        // keys that are none, and nobody's store: training plans against an address of its own
        builder.environment()
                .putAll(Map.of(
                        "WEFT_HOME",
                        home.toString(),
                        "WEFT_STORE",
                        "",
                        "AWS_ACCESS_KEY_ID",
                        "training",
                        "AWS_SECRET_ACCESS_KEY",
                        "training",
                        "AWS_SESSION_TOKEN",
                        ""));
        try {
            Files.deleteIfExists(archive);
            assertThat(builder.start().waitFor(TRAINING_SECONDS_MAX, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(archive)
                    .as(() -> "no archive of Weft's classes; see " + FOLDER.resolve("training.log"))
                    .isRegularFile();
            try (Stream<Path> left = Files.walk(home)) {
                for (Path each : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
            return archive;
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while Weft's classes were archived", stopped);
        }
    }
}
