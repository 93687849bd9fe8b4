// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.spi.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * AWS's own clients of the Runtime API, fetched from their registries and, for Node, built: once, kept under {@code
 * target}. What can't be had fails the test that wants it.
 */
public final class AwsClients {
    private static final String NODE_VERSION = "3.3.0";
    private static final String SERVERLESS_VERSION = "3.40.0";
    private static final String OFFLINE_VERSION = "13.10.1";
    private static final List<String> PYTHON_PACKAGES =
            List.of("awslambdaric==4.2.2", "simplejson==4.3.0", "snapshot-restore-py==1.0.0");
    private static final String NODE_NEEDS =
            "needs npm, node's headers (include/node beside its bin folder), autoconf, automake, libtool, cmake, g++,"
                    + " make, and python3 with distutils (up to 3.11, or setuptools)";
    private static final String PYTHON_NEEDS = "needs python3 with pip (python3-pip)";
    private static final Duration STEP_MAX = Duration.ofMinutes(10);

    /** Where WEFT_CLIENTS says, which may outlive a build: to make them takes minutes. */
    private static final Path FOLDER = Path.of(System.getenv().getOrDefault("WEFT_CLIENTS", "target"), "aws-clients")
            .toAbsolutePath();

    private AwsClients() {}

    /** The folder of npm package {@code aws-lambda-ric}, with its native part. */
    static Path node() {
        String node = run(FOLDER, NODE_NEEDS, "node", "-p", "process.versions.modules + ' ' + process.execPath")
                .strip();
        Path root = FOLDER.resolve("node-%s-%s".formatted(NODE_VERSION, node.substring(0, node.indexOf(' '))));
        Path library = root.resolve("node_modules/aws-lambda-ric");
        Path built = library.resolve("dist/rapid-client.node");
        if (!Files.exists(built)) {
            write(root, "package.json");
            write(root, "package-lock.json");
            run(root, NODE_NEEDS, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            // what the package's own scripts would do, which npm may refuse to run
            run(library, NODE_NEEDS, "sh", "scripts/preinstall.sh");
            Path headers = Path.of(node.substring(node.indexOf(' ') + 1))
                    .resolve("../..")
                    .normalize();
            run(
                    library,
                    NODE_NEEDS,
                    "node",
                    root.resolve("node_modules/node-gyp/bin/node-gyp.js").toString(),
                    "rebuild",
                    "--nodedir=" + headers);
            copy(library.resolve("build/Release/rapid-client.node"), built);
        }
        return library;
    }

    /** The folder to import {@code awslambdaric} from. */
    static Path python() {
        String version = run(FOLDER, PYTHON_NEEDS, "python3", "-c", "import sys; print(sys.version_info[1])");
        Path root = FOLDER.resolve("python3." + version.strip() + '-'
                + String.join("-", PYTHON_PACKAGES).replaceAll("[^a-z0-9.]+", "-"));
        if (!Files.isDirectory(root.resolve("awslambdaric"))) {
            List<String> command = new ArrayList<>(List.of(
                    "python3",
                    "-m",
                    "pip",
                    "install",
                    "--no-input",
                    "--disable-pip-version-check",
                    "--target",
                    root.toString()));
            command.addAll(PYTHON_PACKAGES);
            run(FOLDER, PYTHON_NEEDS, command.toArray(String[]::new));
        }
        return root;
    }

    /** The folder of npm packages with serverless and its plugin serverless-offline, which plays Lambda for Node.js. */
    public static Path serverless() {
        Path root = FOLDER.resolve("serverless-%s-offline-%s".formatted(SERVERLESS_VERSION, OFFLINE_VERSION));
        Path done = root.resolve("done");
        try {
            if (!Files.exists(done)) {
                Files.createDirectories(root);
                Files.writeString(root.resolve("package.json"), "{\"private\":true}");
                run(
                        root,
                        "needs npm",
                        "npm",
                        "install",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund",
                        "serverless@" + SERVERLESS_VERSION,
                        "serverless-offline@" + OFFLINE_VERSION);
                Files.createFile(done);
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return root.resolve("node_modules");
    }

    private static void write(Path root, String file) {
        try {
            Files.createDirectories(root);
            Files.writeString(root.resolve(file), HostFiles.text(AwsClients.class, "node-client/" + file));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static String run(Path at, String needs, String... command) {
        Process process = null;
        try {
            Files.createDirectories(at);
            Path output = Files.createTempFile(at, "step", ".log");
            process = new ProcessBuilder(command)
                    .directory(at.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(STEP_MAX.toMillis(), TimeUnit.MILLISECONDS);
            String said = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError("AWS's client can't be had: '%s' failed; it %s. It said:%n%s"
                        .formatted(String.join(" ", command), needs, said));
            }
            Files.delete(output);
            return said;
        } catch (IOException missing) {
            throw new AssertionError("AWS's client can't be had: no '%s'; it %s".formatted(command[0], needs), missing);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        } finally {
            if (process != null) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }
}
