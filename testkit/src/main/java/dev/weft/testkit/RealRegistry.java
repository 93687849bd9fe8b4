// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A registry of container images that others wrote: the Distribution project's, as Debian packages it. For system tests. */
public final class RealRegistry implements AutoCloseable {
    /** Who may log in to one that is {@link #guarded}. */
    public static final String USER = "weaver";

    /** By which password. */
    public static final String PASSWORD = "loom-and-shuttle";

    private static final String HTPASSWD = USER + ":$2a$05$ovIKYs7xwaHE2zZvvTLZuuLXIegotlrRRuo2xWYlOCHDhDQaS9Bvi\n";
    private static final String COMMAND = "docker-registry";
    private static final Pattern LISTENING = Pattern.compile("listening on [^\"]*:([0-9]+)");
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;

    private final Process process;
    private final Path log;
    private final int port;

    private RealRegistry(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** One for everybody on this machine, which keeps its images in {@code folder}. */
    public static RealRegistry open(Path folder) throws IOException, InterruptedException {
        return start(folder, "127.0.0.1", "");
    }

    /** One that asks who it is. */
    public static RealRegistry guarded(Path folder) throws IOException, InterruptedException {
        Path users = Files.writeString(Files.createDirectories(folder).resolve("users"), HTPASSWD);
        return start(folder, "127.0.0.1", "auth: {htpasswd: {realm: looms, path: '" + users + "'}}\n");
    }

    /** One that other machines reach too. */
    public static RealRegistry exposed(Path folder) throws IOException, InterruptedException {
        return start(folder, "0.0.0.0", "");
    }

    /** One that speaks TLS at {@code address}, by a certificate and its key in PEM files. */
    public static RealRegistry secured(Path folder, String address, Path certificate, Path key)
            throws IOException, InterruptedException {
        return start(folder, address, "", "tls: {certificate: '%s', key: '%s'}".formatted(certificate, key));
    }

    private static RealRegistry start(Path folder, String address, String more)
            throws IOException, InterruptedException {
        return start(folder, address, more, "secret: of-a-test");
    }

    private static RealRegistry start(Path folder, String address, String more, String http)
            throws IOException, InterruptedException {
        VendorCommand.needed(COMMAND);
        Path files = Files.createDirectories(folder);
        Path configuration = Files.writeString(
                files.resolve("registry.yml"), """
                version: 0.1
                log: {level: info, accesslog: {disabled: false}}
                storage: {filesystem: {rootdirectory: '%s'}}
                http: {addr: '%s:0', %s}
                %s""".formatted(files.resolve("images"), address, http, more));
        Path log = files.resolve("registry.log");
        Process process = new ProcessBuilder(COMMAND, "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        long end = System.nanoTime() + START_MAX.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            Matcher said = LISTENING.matcher(Files.readString(log));
            if (said.find()) {
                return new RealRegistry(process, log, Integer.parseInt(said.group(1)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        process.destroyForcibly();
        throw new AssertionError("no registry came up: " + Files.readString(log));
    }

    /** Its port on this machine. */
    public int port() {
        return port;
    }

    /** What names of images begin with. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Everything it was asked, and more. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
