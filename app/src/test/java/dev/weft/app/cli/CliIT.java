// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.admin.AdminApi;
import dev.weft.app.admin.FakeOperations;
import dev.weft.net.BlockingHandler;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs against the real admin API on a real port, with a fake Weft behind it. */
class CliIT {
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private final FakeOperations operations = new FakeOperations();
    private final Loops loops = Loops.start(1);
    private final HttpListener listener = HttpListener.open(
            loops,
            ListenerConfig.loopback("admin", 0),
            new BlockingHandler(AdminApi.BODY_BYTES_MAX, new AdminApi("secret", operations)));
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Map<String, String> env = Map.of();

    @TempDir
    private Path folder;

    @BeforeEach
    void pointAtIt() {
        env = Map.of(
                "WEFT_HOME",
                folder.toString(),
                "WEFT_ADMIN_URL",
                "http://127.0.0.1:" + listener.port(),
                "WEFT_TOKEN",
                "secret");
    }

    @AfterEach
    void close() {
        listener.close();
        loops.close();
    }

    @Test
    void cloudsAreATableForPeople() {
        assertThat(run(new GetCommand(), "clouds")).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "CLOUD   TYPE    REGION      RUNS AS    STATE     FUNCTIONS   INSTANCES",
                        "east    local   eu-east-1   stand-in   healthy   greet       1",
                        "west    local   -           stand-in   healthy   greet       0");
    }

    @Test
    void aPlaceThatIsOutIsMarkedInTheTable() {
        assertThat(run(new GetCommand(), "functions")).isZero();

        assertThat(out.toString()).contains("east, west (out)");
    }

    @Test
    void whyACallGoesWhereIsOneSentenceAndATable() {
        assertThat(run(new ExplainCommand(), "greet")).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "Calls go to east, the first in the file's order that works.",
                        "",
                        "strategy   failover",
                        "order      east",
                        "",
                        "CLOUD   STANDING   TRIED FIRST BY   WEIGHT   $ PER MILLION   PRICE FROM   LATENCY   CALLS NOW   NOTE",
                        "east    healthy    25 %             1        0.4000          spec.price   7.5 ms    2           just back, gets 25 % of its calls",
                        "west    out        0 %              1        -               nobody       -         0           left out: lacks zone: eu");
    }

    @Test
    void whyIsJsonOrYamlForMachinesToo() {
        assertThat(run(new ExplainCommand(), "greet", "-o", "json")).isZero();
        assertThat(run(new ExplainCommand(), "greet", "-o", "yaml")).isZero();
        assertThat(run(new ExplainCommand(), "moon")).isEqualTo(1);

        assertThat(out.toString()).contains("\"leftOut\" : \"lacks zone: eu\"").contains("dollarsPerMillion: 0.4");
        assertThat(err.toString()).contains("no function named 'moon'").contains("greet");
    }

    @Test
    void theSameIsJsonOrYamlForMachines() {
        assertThat(run(new GetCommand(), "clouds", "east", "-o", "json")).isZero();
        assertThat(run(new GetCommand(), "clouds", "east", "-o", "yaml")).isZero();

        assertThat(out.toString())
                .contains("\"name\" : \"east\"")
                .contains("- name: east")
                .doesNotContain("west");
    }

    @Test
    void aNameThatIsNotThereFailsWithThoseThatAre() {
        assertThat(run(new GetCommand(), "clouds", "moon")).isEqualTo(1);

        assertThat(err.toString()).contains("'moon'").contains("east, west");
    }

    @Test
    void aStandInIsTurnedBetweenItsFaults() {
        assertThat(run(cloud(), "fail", "east")).isZero();
        assertThat(run(cloud(), "slow", "east", "300ms")).isZero();
        assertThat(run(cloud(), "heal", "east")).isZero();

        assertThat(operations.faults).containsExactly("east Fail[]", "east Slow[delay=PT0.3S]", "east Heal[]");
    }

    @Test
    void aWrongDelayIsWrongUsage() {
        assertThat(run(cloud(), "slow", "east", "soon")).isEqualTo(2);

        assertThat(err.toString()).contains("DURATION").contains("'soon'").contains("at most 5m");
        assertThat(operations.faults).isEmpty();
    }

    @Test
    void aResultIsPrintedByteForByte() throws IOException {
        Path order = Files.writeString(folder.resolve("order.json"), "{\"n\":1}");

        assertThat(captured(() -> run(new InvokeCommand(), "greet", "-d", "@" + order)))
                .isEqualTo("hello");
        assertThat(operations.lastPayload).isEqualTo("application/json {\"n\":1}");
    }

    @Test
    void aFailedFunctionIsToldOnStandardErrorWithItsLog() {
        operations.mood = "failure";

        assertThat(run(new InvokeCommand(), "greet")).isEqualTo(1);
        assertThat(err.toString())
                .contains("greet failed (error): TypeError: x is null")
                .contains("{\"e\":1}")
                .contains("tail");
    }

    @Test
    void aRefusedInvocationSaysWhy() {
        operations.mood = "refused";

        assertThat(run(new InvokeCommand(), "greet")).isEqualTo(1);
        assertThat(err.toString()).contains("every place is taken");
    }

    @Test
    void anUnknownFunctionIsToldWithThoseThereAre() {
        assertThat(run(new InvokeCommand(), "great")).isEqualTo(1);

        assertThat(err.toString()).contains("no function named 'great'").contains("greet");
    }

    @Test
    void aPayloadFileThatIsAbsentIsWrongUsage() {
        assertThat(run(new InvokeCommand(), "greet", "-d", "@/no/such/file")).isEqualTo(2);

        assertThat(err.toString()).contains("no such file");
    }

    @Test
    void logsArePrintedOldestFirst() {
        assertThat(run(new LogsCommand(), "greet")).isZero();

        assertThat(out.toString()).containsSubsequence("east/i-1  one", "east/i-1  two");
    }

    @Test
    void aFollowedLogGoesOnUntilWeftGoes() throws InterruptedException {
        Thread following = Thread.ofVirtual().start(() -> run(new LogsCommand(), "greet", "-f"));
        await(() -> out.toString().contains("two"));

        operations.followers.forEach(each -> each.accept(FakeOperations.line("three")));
        await(() -> out.toString().contains("three"));

        listener.close();
        assertThat(following.join(WAIT_MAX)).isTrue();
        await(() -> operations.followers.isEmpty());
    }

    @Test
    void withoutAWeftTheExitCodeIsThreeAndTheCommandToStartOneIsNamed() {
        env = Map.of("WEFT_HOME", folder.toString());

        assertThat(run(new GetCommand())).isEqualTo(3);
        assertThat(err.toString()).contains("no Weft is running here; start one with: weft up PATH");
    }

    @Test
    void aWrongTokenIsNotReached() {
        env = Map.of(
                "WEFT_HOME",
                folder.toString(),
                "WEFT_ADMIN_URL",
                "http://127.0.0.1:" + listener.port(),
                "WEFT_TOKEN",
                "guess");

        assertThat(run(new GetCommand())).isEqualTo(3);
    }

    @Test
    void noTokenIsSentToAnAddressThatIsNotOurs() {
        env = Map.of("WEFT_HOME", folder.toString(), "WEFT_ADMIN_URL", "http://127.0.0.1:" + listener.port());

        assertThat(run(new GetCommand())).isEqualTo(3);
        assertThat(err.toString()).contains("WEFT_TOKEN");
    }

    private static CommandLine cloud() {
        return new CommandLine(new CloudCommand());
    }

    private int run(Object command, String... arguments) {
        CommandLine line = command instanceof CommandLine whole ? whole : new CommandLine(command);
        Reach.lookIn(line, env);
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, broken, parsed) -> {
                    if (failure instanceof CliException said) {
                        broken.getErr().println(said.getMessage());
                        return said.exit().code();
                    }
                    throw failure;
                })
                .setExpandAtFiles(false)
                .execute(arguments);
    }

    private static String captured(Callable<Integer> command) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(command.call()).isZero();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static void await(Callable<Boolean> condition) {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        try {
            while (!condition.call()) {
                assertThat(System.nanoTime()).as("waited " + WAIT_MAX).isLessThan(end);
                Thread.onSpinWait();
            }
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
