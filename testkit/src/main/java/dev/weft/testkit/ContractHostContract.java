// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What every contract must do on the engine. A subclass says how the engine is started and brings the functions. */
public abstract class ContractHostContract {
    /** How long a SLOW function may take: less than it wants. */
    protected static final Duration SLOW_TIMEOUT = Duration.ofMillis(500);

    private static final byte[] ADA = "{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8);
    private static final int CALLERS = 50;
    private static final Duration LOG_MAX = Duration.ofSeconds(5);

    /** What a subclass's functions do. */
    public enum Behaviour {
        /** Answers {@code hello} and what it was sent. */
        HELLO,
        /** Fails every event, saying {@code out of stock}. */
        FAILING,
        /** Would answer after ten seconds; its timeout is {@link #SLOW_TIMEOUT}. */
        SLOW,
        /** Writes {@code last words}, then its process ends with status 7. */
        CRASHING,
        /** Writes {@code no such module} while it starts, and never becomes ready. */
        BROKEN,
        /** Answers more bytes than its contract allows. */
        LARGE,
        /** Answers an exchange with the bytes it was sent, as {@code application/octet-stream}. */
        ECHO,
        /** Answers how many calls this instance has served, this one included, as decimal digits. */
        COUNTING,
        /** Writes {@code out <who>} to its output and {@code err <who>} to its errors, from {@code {"who": …}}. */
        PRINTING,
        /** Takes memory until it is ended. */
        GREEDY,
        /** Runs {@code script} of {@code {"script": …}} by {@code /bin/sh -c} and answers what that wrote, both streams. */
        SHELL
    }

    /** A function named {@code greeter} and the folder of its code. */
    public record Fixture(SampleFunction function, Path code) {}

    /** Whether the vendor tells the caller why a function failed; one that keeps it to itself writes it to the log. */
    protected boolean failureSaysWhy() {
        return true;
    }

    /** The stand-in that runs it; it has places. */
    protected abstract FunctionCloud cloud();

    /** Some loop of those that the host lives on. */
    protected abstract Loop loop();

    /** What time it is. */
    protected abstract Instant now();

    /** A function of that behaviour. */
    protected abstract Fixture fixture(Behaviour behaviour);

    /** Most bytes of a body, each way; empty where bodies stream without limit. */
    protected abstract OptionalLong bodyBytesMax();

    /** Most bytes of a binary body that pass both ways, where an encoding costs some of {@link #bodyBytesMax}. */
    protected int binaryBytesMax() {
        return 5_000_000;
    }

    /** Whether an answer to an exchange streams without limit, though {@link #bodyBytesMax} holds for requests. */
    protected boolean answersStream() {
        return bodyBytesMax().isEmpty();
    }

    @Test
    void anExchangeReachesTheCodeAndItsAnswerComesBack() {
        Caller.Heard heard = caller().call(deployed(Behaviour.HELLO), exchange("/greet", ADA));

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.text()).contains("hello").contains("ada");
    }

    @Test
    void anEventReachesTheCodeAndItsResultComesBack() {
        Caller.Heard heard = caller().call(deployed(Behaviour.HELLO), caller().event(ADA));

        assertThat(heard.outcome()).isInstanceOf(Outcome.Result.class);
        assertThat(heard.text()).contains("hello").contains("ada");
    }

    @Test
    void aFailingFunctionIsAnOutcomeNotAnException() throws InterruptedException {
        Caller.Heard heard = caller().call(deployed(Behaviour.FAILING), caller().event(ADA));

        Outcome.Failure failure = failure(heard, Outcome.Failure.Reason.ERROR);
        if (failureSaysWhy()) {
            assertThat(new String(failure.payload(), StandardCharsets.UTF_8)).contains("out of stock");
        } else {
            assertThat(logged("out of stock")).isNotEmpty();
        }
    }

    @Test
    void fiftyCallersAtOnceAreAllAnswered() {
        Place place = deployed(Behaviour.HELLO);
        List<CompletableFuture<Caller.Heard>> answers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            answers.add(caller().start(place, exchange("/", ADA)));
        }

        assertThat(answers)
                .allSatisfy(each -> assertThat(Caller.await(each).status()).isEqualTo(200));
    }

    @Test
    void aSlowFunctionTimesOutAndTheNextCallIsServed() {
        Place place = deployed(Behaviour.SLOW);

        failure(caller().call(place, exchange("/", ADA)), Outcome.Failure.Reason.TIMEOUT);

        failure(caller().call(place, exchange("/", ADA)), Outcome.Failure.Reason.TIMEOUT);
    }

    @Test
    void aCrashDuringACallIsAnOutcomeWithTheLastWords() {
        Caller.Heard heard = caller().call(deployed(Behaviour.CRASHING), exchange("/", ADA));

        Outcome.Failure failure = failure(heard, Outcome.Failure.Reason.CRASH);
        assertThat(failure.message()).contains("exit status 7");
        assertThat(failure.logTail()).contains("last words");
    }

    @Test
    void codeThatDoesNotStartIsAnOutcomeThatSaysWhy() {
        Caller.Heard heard = caller().call(deployed(Behaviour.BROKEN), exchange("/", ADA));

        Outcome.Failure failure = failure(heard, Outcome.Failure.Reason.INIT);
        assertThat(failure.logTail()).contains("no such module");
    }

    @Test
    void aRequestBeyondTheLimitIsRefusedWithTheLimitsNumber() {
        OptionalLong most = bodyBytesMax();
        Assumptions.assumeTrue(most.isPresent(), "this contract streams");
        byte[] large = new byte[(int) most.getAsLong() + 1];

        Caller.Heard heard = caller().call(deployed(Behaviour.HELLO), exchange("/", large));

        CloudException why = heard.failure();
        assertThat(why).isNotNull().hasMessageContaining(Long.toString(most.getAsLong()));
        assertThat(why == null ? null : why.retry()).isEqualTo(CloudException.Retry.NEVER);
    }

    @Test
    void anAnswerBeyondTheLimitIsTheFunctionsFailure() {
        Assumptions.assumeFalse(answersStream(), "this contract streams its answers");

        failure(caller().call(deployed(Behaviour.LARGE), exchange("/", ADA)), Outcome.Failure.Reason.TOO_LARGE);
    }

    @Test
    void bytesOfEveryValueComeBackAsTheyWent() {
        byte[] all = new byte[binaryBytesMax()];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i * 31 + i / 256);
        }
        Call.Exchange call = exchange("/", all, "application/octet-stream");

        Caller.Heard heard = caller().call(deployed(Behaviour.ECHO), call);

        assertThat(heard.status()).as("%s", heard).isEqualTo(200);
        assertThat(heard.body().length).isEqualTo(all.length);
        assertThat(java.util.Arrays.equals(heard.body(), all)).isTrue();
    }

    @Test
    void stateIsKeptBetweenTheCallsOfAnInstance() {
        Place place = deployed(Behaviour.COUNTING);

        for (int i = 1; i <= 3; i++) {
            Caller.Heard heard = caller().call(place, exchange("/", ADA));
            assertThat(heard.text().strip()).as("%s", heard).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void whatAFunctionPrintsIsInItsLogWithItsInvocation() throws InterruptedException {
        Call.Event call = caller().event(ADA);

        Caller.Heard heard = caller().call(deployed(Behaviour.PRINTING), call);

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        List<LogLine> lines = logged("out ada", "err ada");
        assertThat(lines).allSatisfy(line -> {
            String invocation = line.invocation();
            assertThat(invocation)
                    .isIn(call.context().id(), oneCallAtATime() ? call.context().id() : null);
        });
    }

    @Test
    void aFunctionThatTakesTooMuchMemoryIsEndedAndSaysSo() {
        Caller.Heard heard = caller().call(deployed(Behaviour.GREEDY), exchange("/", ADA));

        Outcome.Failure failure = failure(heard, Outcome.Failure.Reason.MEMORY);
        assertThat(failure.message()).contains("128 MiB");
    }

    /** A file of Weft's, or of another function, which no function may read; its folder is listed by nobody else either. */
    protected abstract Path secret();

    @Test
    void codeSeesNothingButItself() {
        Path secret = secret();
        Place place = deployed(Behaviour.SHELL);

        assertThat(shell(place, "id -u")).isNotEqualTo("0");
        assertThat(shell(place, "cat " + secret)).doesNotContain("hidden");
        assertThat(shell(place, "ls " + secret.getParent())).doesNotContain(String.valueOf(secret.getFileName()));
        assertThat(shell(place, "cat /etc/shadow")).doesNotContain("root:");
        assertThat(shell(place, "ls -d /proc/[0-9]* | wc -l").strip()).matches("[0-9]|1[0-9]");
        assertThat(shell(place, "cat /proc/1/environ | tr '\\0' '\\n'")).doesNotContain("DOORS=", "HOME=/root");
        assertThat(shell(place, "touch /var/task/x && echo written")).doesNotContain("written");
        assertThat(shell(place, "grep CapEff /proc/self/status")).contains("0000000000000000");
    }

    @Test
    void codeFillsNoDisk() {
        Place place = deployed(Behaviour.SHELL);

        String said = shell(
                place,
                "for at in /tmp /dev/shm /run/weft /var/tmp /dev /; do"
                        + " head -c 600000000 /dev/zero >$at/fill 2>/dev/null; du -sm $at/fill 2>/dev/null; rm -f $at/fill; done");

        List<Long> mebibytes = said.lines()
                .filter(line -> line.matches("[0-9]+\\s.*"))
                .map(line -> Long.parseLong(line.replaceAll("\\s.*", "")))
                .toList();
        assertThat(mebibytes).as(said).isNotEmpty().allMatch(each -> each <= 512);
    }

    private String shell(Place place, String script) {
        String json = "{\"script\":\"" + script.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
        Caller.Heard heard =
                caller().call(place, exchange("/", json.getBytes(StandardCharsets.UTF_8), "application/json"));
        // some contracts answer nothing with 204
        assertThat(heard.status()).as("%s: %s", script, heard).isIn(200, 204);
        return heard.text().strip();
    }

    /** Whether an instance serves one call at a time, so that each line of log belongs to one. */
    protected abstract boolean oneCallAtATime();

    private List<LogLine> logged(String... texts) throws InterruptedException {
        long until = System.nanoTime() + LOG_MAX.toNanos();
        while (true) {
            List<LogLine> found = ((FunctionCloud.WithLogs) cloud())
                    .logs("greeter", 1000).stream()
                            .filter(line -> List.of(texts).stream().anyMatch(line.text()::contains))
                            .toList();
            if (found.size() >= texts.length) {
                return found;
            }
            assertThat(System.nanoTime()).as("found only %s", found).isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static Outcome.Failure failure(Caller.Heard heard, Outcome.Failure.Reason reason) {
        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Failure.class);
        if (heard.outcome() instanceof Outcome.Failure failure) {
            assertThat(failure.reason()).as("%s", failure.message()).isEqualTo(reason);
            return failure;
        }
        throw new AssertionError("not a failure: " + heard);
    }

    private Place deployed(Behaviour behaviour) {
        Fixture fixture = fixture(behaviour);
        FunctionCloud cloud = cloud();
        FunctionCloud.Deployed deployed =
                cloud.deploy(new FunctionCloud.Deployment(fixture.function().function(), fixture.code(), Map.of()));
        return ((FunctionCloud.WithPlaces) cloud).place(deployed.function());
    }

    /** An exchange that the contract takes, with that body; another path or header where the contract needs it. */
    protected Call.Exchange exchange(String path, byte[] body, String contentType) {
        return caller().exchange(path, body, contentType);
    }

    private Call.Exchange exchange(String path, byte[] body) {
        return exchange(path, body, "application/json");
    }

    /** Calls on {@link #loop()}. */
    protected final Caller caller() {
        return new Caller(loop(), now());
    }
}
