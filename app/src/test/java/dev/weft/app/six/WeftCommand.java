// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.WeftProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Weft's command line as processes of their own: nothing of the test's environment reaches them but what is given. */
public final class WeftCommand {
    private static final Duration END_MAX = Duration.ofMinutes(3);
    private static final Duration SAY_MAX = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 20;

    private final Path scratch;
    private final Map<String, String> environment;
    private final List<Path> outputs = new CopyOnWriteArrayList<>();

    /** With that environment, and a home folder within {@code scratch}. */
    public WeftCommand(Path scratch, Map<String, String> environment) throws IOException {
        this.scratch = Files.createDirectories(scratch);
        this.environment = new HashMap<>(environment);
        this.environment.put("WEFT_HOME", scratch.resolve("weft").toString());
        this.environment.putIfAbsent("PATH", System.getenv().getOrDefault("PATH", ""));
    }

    /** The home folder of who calls it. */
    static Path home(Path scratch) throws IOException {
        return Files.createDirectories(scratch.resolve("home"));
    }

    /** What it said, and its exit code. */
    public record Said(int exit, String out, String err) {
        /** It ended with that code. */
        public Said is(int wanted) {
            assertThat(exit).as("%s%n%s", out, err).isEqualTo(wanted);
            return this;
        }

        String all() {
            return out + err;
        }
    }

    /** Runs it to its end. */
    public Said run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    /** The same with other variables. */
    public Said run(Map<String, String> more, String... arguments) throws Exception {
        return start(more, arguments).end();
    }

    /** The same, not waited for. */
    public Running start(Map<String, String> more, String... arguments) throws IOException {
        List<String> command = WeftProgram.command("-Duser.home=" + home(scratch));
        command.addAll(Arrays.asList(arguments));
        Path out = Files.createTempFile(scratch, "said-", ".out");
        Path err = Files.createTempFile(scratch, "said-", ".err");
        outputs.add(out);
        outputs.add(err);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().putAll(more);
        return new Running(builder.start(), out, err);
    }

    /** Everything that was ever said. */
    String everything() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path each : outputs) {
            all.append(Files.readString(each));
        }
        return all.toString();
    }

    /** One that goes on. */
    public record Running(Process process, Path out, Path err) {
        /** What it said by its end. */
        public Said end() throws Exception {
            if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("it did not end: " + Files.readString(out) + Files.readString(err));
            }
            return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
        }

        /** Waits until it has said {@code words}. */
        public void says(String words) throws Exception {
            long end = System.nanoTime() + SAY_MAX.toNanos();
            while (!Files.readString(out).contains(words)) {
                assertThat(process.isAlive() && System.nanoTime() < end)
                        .as("%s%n%s", Files.readString(out), Files.readString(err))
                        .isTrue();
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }

        /** As Ctrl-C does. */
        public void interrupt() throws Exception {
            assertThat(new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }
    }
}
