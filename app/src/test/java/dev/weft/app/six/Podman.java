// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import dev.weft.testkit.NodeRoot;
import dev.weft.testkit.RealRegistry;
import dev.weft.testkit.VendorCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real container engine, with storage of the test's own. Containers use the machine's network: no more is needed of it. */
public final class Podman {
    private static final Duration STEP_MAX = Duration.ofMinutes(2);

    private final Path scratch;

    public Podman(Path scratch) throws IOException {
        VendorCommand.needed("podman");
        VendorCommand.needed("runc");
        this.scratch = Files.createDirectories(scratch);
        Files.writeString(scratch.resolve("auth.json"), "{}");
    }

    /** What it said on its output. */
    String run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "podman",
                "--root=" + scratch.resolve("store"),
                "--runroot=" + scratch.resolve("run"),
                "--storage-driver=vfs",
                "--runtime=runc",
                "--cgroup-manager=cgroupfs",
                "--events-backend=file"));
        command.addAll(Arrays.asList(arguments));
        return said(command);
    }

    /** The same of another command of the machine's. */
    String said(List<String> command) throws Exception {
        Path out = Files.createTempFile(scratch, "said-", ".out");
        Path err = Files.createTempFile(scratch, "said-", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment()
                .put("REGISTRY_AUTH_FILE", scratch.resolve("auth.json").toString());
        Process process = builder.start();
        boolean ended = process.waitFor(STEP_MAX.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        if (!ended || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + '\n' + Files.readString(out) + Files.readString(err));
        }
        return Files.readString(out);
    }

    /** Pushes an image of this machine's own Node.js and the libraries that it is linked with, made by Podman alone. */
    public void pushNode(String reference) throws Exception {
        push(NodeRoot.fill(Files.createDirectories(scratch.resolve("node-root"))), reference);
    }

    /** Pushes an image of what is in {@code root}, with these changes of its configuration. */
    void push(Path root, String reference, String... changes) throws Exception {
        Path tar = scratch.resolve("image.tar");
        said(List.of(
                "tar", "--owner=0", "--group=0", "--numeric-owner", "-C", root.toString(), "-cf", tar.toString(), "."));
        List<String> arguments = new ArrayList<>(List.of("import", "--change=ENV PATH=/bin"));
        Arrays.stream(changes).map(each -> "--change=" + each).forEach(arguments::add);
        arguments.addAll(List.of(tar.toString(), reference));
        run(arguments.toArray(String[]::new));
        run("push", "--tls-verify=false", "--creds=" + RealRegistry.USER + ':' + RealRegistry.PASSWORD, reference);
        run("rmi", reference);
    }

    /** Starts a container of {@code image}, which is fetched; its id. Its own {@code /tmp} may be written to. */
    String start(String image, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--detach",
                "--tls-verify=false",
                "--network=host",
                "--read-only",
                "--ulimit=nofile=1024:1024",
                "--ulimit=nproc=1024:1024"));
        arguments.addAll(Arrays.asList(options));
        arguments.add(image);
        login(host(image));
        return run(arguments.toArray(String[]::new)).strip();
    }

    /** Logs in to a guarded registry; known to this test's commands alone. */
    void login(String registry) throws Exception {
        run("login", "--tls-verify=false", "-u", RealRegistry.USER, "-p", RealRegistry.PASSWORD, registry);
    }

    private static String host(String image) {
        return image.substring(0, image.indexOf('/'));
    }

    /** Ends what was started, and removes its files. */
    public void removeAll() throws Exception {
        run("rm", "--all", "--force", "--time=0");
        run("rmi", "--all", "--force");
    }
}
