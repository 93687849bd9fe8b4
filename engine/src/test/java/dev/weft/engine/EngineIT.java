// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Call;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.engine.box.Isolation;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineIT {
    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder, Isolation.BEST);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aFunctionThatIsNotDeployedIsAbsent() {
        CloudException why = fixture.call("nobody", "/", "").failure();

        assertThat(why == null ? null : why.kind()).isEqualTo(CloudException.Kind.ABSENT);
    }

    @Test
    void theFirstCallStartsAnInstanceAndTheNextOneUsesIt() {
        fixture.deploy(EngineFixture.server("shop"), "one");
        assertThat(fixture.cloud.instances()).isEmpty();

        assertThat(fixture.call("shop", "/", "ada").text()).isEqualTo("one ada");
        assertThat(fixture.call("shop", "/", "bob").text()).isEqualTo("one bob");

        assertThat(fixture.cloud.instances()).hasSize(1);
        assertThat(fixture.cloud.instances().getFirst().calls()).isEqualTo(2);
    }

    @Test
    void theEnvironmentIsTheFunctionsOwnAndNothingOfWefts() {
        fixture.deploy(EngineFixture.server("shop"), "one");

        String env = fixture.call("shop", "/env", "").text();

        assertThat(env).contains("\"GREETING\":\"it's $HOME\\nand more\"").contains("WEFT_URL");
        assertThat(env).doesNotContain("JAVA_HOME").doesNotContain("MAVEN");
    }

    @Test
    void aReloadUnderLoadFailsNoCall() throws Exception {
        SampleFunction shop = EngineFixture.server("shop").scale(4, 0, 4);
        fixture.deploy(shop, "v0");
        List<String> wrong = new CopyOnWriteArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                while (!stop.get()) {
                    Caller.Heard heard = fixture.call("shop", "/", "x");
                    if (heard.status() != 200) {
                        wrong.add(heard.toString());
                    }
                }
            }));
        }

        for (int i = 1; i <= 5; i++) {
            fixture.deploy(shop, "v" + i);
            assertThat(fixture.call("shop", "/", "x").text()).isEqualTo("v" + i + " x");
        }

        stop.set(true);
        for (Thread each : callers) {
            each.join();
        }
        assertThat(wrong).isEmpty();
        String last = fixture.cloud.list().getFirst().hash();
        assertThat(EngineFixture.eventually(() -> fixture.cloud.instances().stream()
                        .allMatch(each -> each.version().equals(last))))
                .isTrue();
    }

    @Test
    void aNewVersionThatDoesNotStartLeavesTheOldOneServing() {
        fixture.deploy(EngineFixture.server("shop"), "good");
        fixture.call("shop", "/", "");

        assertThatThrownBy(() -> fixture.deploy(
                        EngineFixture.server("shop"), "console.log('no such module'); process.exit(3)", Map.of()))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("exit status 3")
                .hasMessageContaining("no such module");

        assertThat(fixture.call("shop", "/", "x").text()).isEqualTo("good x");
    }

    @Test
    void aFirstVersionThatDoesNotStartIsTheFunctionsFailureAndBacksOff() {
        fixture.deploy(EngineFixture.server("shop"), "console.log('no such module'); process.exit(3)", Map.of());

        Outcome.Failure failure = failure(fixture.call("shop", "/", ""), Outcome.Failure.Reason.INIT);
        assertThat(failure.logTail()).contains("no such module");

        failure(fixture.call("shop", "/", ""), Outcome.Failure.Reason.INIT);
    }

    @Test
    void aCrashIsAnOutcomeAndTheNextCallGetsANewInstance() {
        fixture.deploy(EngineFixture.server("shop"), "one");

        Outcome.Failure failure = failure(fixture.call("shop", "/crash", ""), Outcome.Failure.Reason.CRASH);

        assertThat(failure.message()).contains("exit status 7");
        assertThat(failure.logTail()).contains("last words");
        assertThat(fixture.call("shop", "/", "x").text()).isEqualTo("one x");
    }

    @Test
    void aTimeoutOfAConcurrentFunctionReplacesItsInstanceAndCutsNobodyElse() {
        fixture.deploy(EngineFixture.server("shop").timeout(Duration.ofMillis(600)), "one");
        fixture.call("shop", "/", "");
        String before = fixture.cloud.instances().getFirst().instance();
        Caller caller = fixture.caller();
        CompletableFuture<Caller.Heard> slow =
                caller.start(fixture.cloud.place("shop"), caller.exchange("/slow", new byte[0]));

        assertThat(fixture.call("shop", "/wait", "").text()).isEqualTo("waited");

        failure(Caller.await(slow), Outcome.Failure.Reason.TIMEOUT);
        assertThat(fixture.call("shop", "/", "x").text()).isEqualTo("one x");
        assertThat(EngineFixture.eventually(() -> fixture.cloud.instances().stream()
                        .noneMatch(each -> each.instance().equals(before))))
                .isTrue();
    }

    @Test
    void aCallerWhoLeavesAStreamDoesNotFreeAnInstanceThatIsStillBusyWithIt() {
        fixture.deploy(EngineFixture.server("story").scale(1, 0, 1), STORY, Map.of());
        leaveAfterTheFirstByte("/tell");

        assertThat(fixture.call("story", "/", "").text()).isEqualTo("told 1");
    }

    @Test
    void aStreamBeyondTheTimeoutEndsAnInstanceOfOneCallAtATime() {
        fixture.deploy(EngineFixture.server("story").scale(1, 0, 1).timeout(Duration.ofMillis(500)), STORY, Map.of());

        Caller.Heard heard = fixture.call("story", "/never-ending", "");

        assertThat(heard.broken()).isNotNull().hasMessageContaining("timeout");
        assertThat(fixture.call("story", "/", "").text()).isEqualTo("told 0");
    }

    private static final String STORY = """
            import http from 'node:http';
            let told = 0;
            http.createServer((request, response) => {
              if (request.url === '/') { response.end(`told ${told}`); return; }
              response.write('once ');
              if (request.url === '/tell') setTimeout(() => { told++; response.end('upon a time'); }, 300);
            }).listen(process.env.PORT, process.env.HOST);
            """;

    private void leaveAfterTheFirstByte(String path) {
        Caller caller = fixture.caller();
        CompletableFuture<Boolean> left = new CompletableFuture<>();
        caller.loop().execute(() -> {
            Place.Attempt ignored = fixture.cloud
                    .place("story")
                    .call(caller.exchange(path, new byte[0]), caller.loop(), new Place.Answers() {
                        @Override
                        public void outcome(Outcome outcome) {
                            Body body = ((Outcome.Response) outcome).body();
                            body.read(new Body.Sink() {
                                @Override
                                public void chunk(Chunk chunk) {
                                    chunk.release();
                                    body.discard();
                                    left.complete(true);
                                }

                                @Override
                                public void end(Headers trailers) {
                                    left.complete(false);
                                }

                                @Override
                                public void failed(BodyException cause) {
                                    left.completeExceptionally(cause);
                                }
                            });
                        }

                        @Override
                        public void failed(CloudException why) {
                            left.completeExceptionally(why);
                        }
                    });
        });
        assertThat(left).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }

    @Test
    void callersBeyondTheQueueAreShedWithAWordOnWhenToComeBack() {
        fixture.deploy(EngineFixture.server("shop").scale(1, 0, 1), "one");
        fixture.call("shop", "/", "");
        Caller caller = fixture.caller();
        List<CompletableFuture<Caller.Heard>> all = new ArrayList<>();
        for (int i = 0; i < Patience.QUEUED_CALLS_MAX + 6; i++) {
            byte[] none = new byte[0];
            all.add(caller.start(fixture.cloud.place("shop"), caller.exchange(i == 0 ? "/wait" : "/", none)));
        }

        List<Caller.Heard> heard = all.stream().map(Caller::await).toList();

        List<CloudException> shed = heard.stream()
                .map(Caller.Heard::failure)
                .filter(java.util.Objects::nonNull)
                .toList();
        assertThat(shed).hasSize(5).allSatisfy(each -> {
            assertThat(each.kind()).isEqualTo(CloudException.Kind.BUSY);
            assertThat(each.retryAfter()).isEqualTo(Patience.RETRY_AFTER);
        });
    }

    @Test
    void aQueuedCallGivesUpAtItsDeadline() {
        fixture.deploy(EngineFixture.server("shop").scale(1, 0, 1), "one");
        fixture.call("shop", "/", "");
        Caller caller = fixture.caller();
        CompletableFuture<Caller.Heard> busy =
                caller.start(fixture.cloud.place("shop"), caller.exchange("/wait", new byte[0]));

        Caller.Heard heard = caller.call(
                fixture.cloud.place("shop"),
                new Call.Exchange(
                        caller.context(Duration.ofMillis(50)),
                        new RequestLine("GET", "/", null),
                        Headers.none(),
                        Body.empty()));

        CloudException why = heard.failure();
        assertThat(why == null ? null : why.kind()).isEqualTo(CloudException.Kind.BUSY);
        assertThat(Caller.await(busy).status()).isEqualTo(200);
    }

    @Test
    void unusedInstancesEndAndTheNextCallStartsAnew() {
        fixture.deploy(EngineFixture.server("shop").idle(Duration.ofMillis(300)), "one");
        fixture.call("shop", "/", "");

        assertThat(EngineFixture.eventually(() -> fixture.cloud.instances().isEmpty()))
                .isTrue();

        assertThat(fixture.call("shop", "/", "x").text()).isEqualTo("one x");
    }

    @Test
    void theMinimumIsStartedWithoutACall() {
        fixture.deploy(EngineFixture.server("shop").scale(1, 2, 4), "one");

        assertThat(EngineFixture.eventually(() -> fixture.cloud.instances().stream()
                                .filter(each -> each.state() == InstanceStatus.State.READY)
                                .count()
                        == 2))
                .isTrue();
    }

    @Test
    void aStandInFailsAndHealsAtASwitch() {
        fixture.deploy(EngineFixture.server("shop"), "one");
        fixture.cloud.fault(new Fault.Failing());
        CloudException why = fixture.call("shop", "/", "").failure();
        assertThat(why == null ? null : why.kind()).isEqualTo(CloudException.Kind.UNREACHABLE);

        fixture.cloud.fault(new Fault.Slow(Duration.ofMillis(200)));
        long before = System.nanoTime();
        assertThat(fixture.call("shop", "/", "x").status()).isEqualTo(200);
        assertThat(System.nanoTime() - before)
                .isGreaterThan(Duration.ofMillis(200).toNanos());

        fixture.cloud.fault(new Fault.Healthy());
        assertThat(fixture.call("shop", "/", "x").status()).isEqualTo(200);
    }

    @Test
    void logLinesAreKeptAndFollowed() {
        fixture.deploy(EngineFixture.server("shop"), "one");
        List<LogLine> followed = new CopyOnWriteArrayList<>();
        try (var _ = fixture.cloud.follow("shop", followed::add)) {
            fixture.call("shop", "/run", "console.log('a line'), 'x'.repeat(3)");
            assertThat(EngineFixture.eventually(() -> !followed.isEmpty())).isTrue();
        }

        assertThat(followed.getFirst().text()).isEqualTo("a line");
        assertThat(fixture.cloud.logs("shop", 10)).extracting(LogLine::text).contains("a line");
    }

    @Test
    void nothingIsLeftAfterClose() {
        fixture.deploy(EngineFixture.server("shop").scale(1, 3, 4), "one");
        fixture.call("shop", "/", "");
        List<Long> pids = fixture.cloud.instances().stream()
                .map(InstanceStatus::pid)
                .filter(pid -> pid > 0)
                .toList();

        List<Long> below = pids.stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid)
                .toList();

        fixture.engine.close();

        assertThat(pids).isNotEmpty().allSatisfy(pid -> assertThat(
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
                .isEmpty());
        assertThat(Files.exists(fixture.run.resolve("code"))).isFalse();
        // one that ended by itself is collected by the system's first process, in its own time
        assertThat(EngineFixture.eventually(() ->
                        below.stream().allMatch(pid -> ProcessHandle.of(pid).isEmpty())))
                .isTrue();
    }

    @Test
    void aContractWithoutAHostIsRefusedByName() {
        Function lambda = SampleFunction.handler("x", Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler")
                .function();

        assertThat(fixture.engine.check(lambda, folder)).singleElement().satisfies(each -> assertThat(each.message())
                .contains("it runs http"));
    }

    private static Outcome.Failure failure(Caller.Heard heard, Outcome.Failure.Reason reason) {
        if (heard.outcome() instanceof Outcome.Failure failure) {
            assertThat(failure.reason()).as("%s", failure.message()).isEqualTo(reason);
            return failure;
        }
        throw new AssertionError("not a failure: " + heard);
    }
}
