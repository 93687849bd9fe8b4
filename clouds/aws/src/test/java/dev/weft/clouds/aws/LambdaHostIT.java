// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.testkit.HostTools;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real handlers in real processes: Node through our loop, Java through AWS's own runtime interface client. */
@Timeout(60)
class LambdaHostIT {
    private static final String HANDLER = """
            let calls = 0;
            exports.handler = async (event, context) => {
              calls++;
              if (event.fail) throw new TypeError('told to fail');
              if (event.big) return 'x'.repeat(event.big);
              if (event.exit) process.exit(3);
              if (event.version === '2.0') {
                return { statusCode: 201, headers: { 'x-path': event.rawPath }, body: `got ${event.body}` };
              }
              return {
                calls, event, id: context.awsRequestId, arn: context.invokedFunctionArn,
                left: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID,
                client: context.clientContext, api: process.env.AWS_LAMBDA_RUNTIME_API ?? null,
              };
            };
            exports.callback = (event, context, done) => setTimeout(() => done(null, { style: 'callback' }), 5);
            exports.nested = { deep: { handler: () => 'deep' } };
            """;

    private final List<Process> processes = new ArrayList<>();
    private Loops loops;
    private LambdaHost host;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() throws Exception {
        loops = Loops.start(2);
        host = LambdaHost.open(loops, NetworkSpace.own(), HostTools.in(folder.resolve("files")));
        Files.writeString(folder.resolve("index.js"), HANDLER);
        Files.writeString(folder.resolve("esm.mjs"), "export const handler = async () => ({ style: 'module' });");
        Files.writeString(folder.resolve("broken.js"), "const = 1;");
    }

    @AfterEach
    void close() {
        processes.forEach(Process::destroyForcibly);
        host.close();
        loops.close();
    }

    @Test
    void aNodeHandlerAnswersEventsWithItsWholeContext() throws Exception {
        ContractHost.Hosted instance = node("index.handler");
        String first = said(invoke(instance, event("{\"name\":\"weft\"}", Map.of("client-context", "{\"a\":1}"))));
        assertThat(first)
                .contains("\"event\":{\"name\":\"weft\"}")
                .contains("\"calls\":1")
                .contains("\"id\":\"call-1\"")
                .contains("arn:aws:lambda:eu-west-1:000000000000:function:checkout")
                .contains("Root=1-")
                .contains("\"client\":{\"a\":1}")
                .contains("\"api\":null");
        assertThat(said(invoke(instance, event("", Map.of()))))
                .contains("\"event\":{}")
                .contains("\"calls\":2");
    }

    @Test
    void aNodeHandlerAnswersExchanges() throws Exception {
        Outcome outcome = invoke(node("index.handler"), exchange("hello"));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.headers().first("x-path")).isEqualTo("/checkout");
            assertThat(text(response.body())).isEqualTo("got hello");
        });
    }

    @Test
    void everyStyleOfHandlerIsUnderstood() throws Exception {
        assertThat(said(invoke(node("index.callback"), event("{}", Map.of())))).contains("callback");
        assertThat(said(invoke(node("index.nested.deep.handler"), event("{}", Map.of()))))
                .contains("deep");
        assertThat(said(invoke(node("esm.handler"), event("{}", Map.of())))).contains("module");
    }

    @Test
    void aThrownErrorIsTheFunctionsOutcomeAndTheInstanceLivesOn() throws Exception {
        ContractHost.Hosted instance = node("index.handler");
        assertThat(invoke(instance, event("{\"fail\":true}", Map.of())))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
                    assertThat(failure.type()).isEqualTo("TypeError");
                    assertThat(failure.message()).isEqualTo("told to fail");
                    assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                            .contains("\"trace\":[");
                });
        assertThat(said(invoke(instance, event("{}", Map.of())))).contains("\"calls\":2");
    }

    @Test
    void anAnswerBeyondTheLimitIsLambdasOwnError() throws Exception {
        ContractHost.Hosted instance = node("index.handler");
        assertThat(invoke(instance, event("{\"big\":7000000}", Map.of())))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.TOO_LARGE);
                    assertThat(failure.type()).isEqualTo("Function.ResponseSizeTooLarge");
                });
        assertThat(said(invoke(instance, event("{}", Map.of())))).contains("\"calls\":2");
    }

    @Test
    void aPayloadThatIsNoJsonOrTooLargeNeverReachesTheHandler() throws Exception {
        ContractHost.Hosted instance = node("index.handler");
        assertThatThrownBy(() -> invoke(instance, event("no json", Map.of())))
                .hasCauseInstanceOf(CloudException.class)
                .hasMessageContaining("JSON");
        assertThatThrownBy(() -> invoke(instance, exchange("x".repeat(6 << 20))))
                .hasCauseInstanceOf(CloudException.class)
                .hasMessageContaining("6291456");
        assertThat(said(invoke(instance, event("{}", Map.of())))).contains("\"calls\":1");
    }

    @Test
    void codeThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> node("broken.handler"))
                .isInstanceOfSatisfying(ContractHost.InitException.class, init -> {
                    assertThat(init.failure().reason()).isEqualTo(Outcome.Failure.Reason.INIT);
                    assertThat(init.failure().type()).isEqualTo("Runtime.UserCodeSyntaxError");
                });
        assertThatThrownBy(() -> node("index.absent"))
                .isInstanceOfSatisfying(
                        ContractHost.InitException.class,
                        init -> assertThat(init.failure().type()).isEqualTo("Runtime.HandlerNotFound"));
    }

    @Test
    void awsOwnJavaClientIsServed() throws Exception {
        ContractHost.Hosted instance = host.open(setup("unused.handler"));
        Map<String, String> env = instance.launch().env();
        ProcessBuilder java = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                JavaHandler.class.getName() + "::handle");
        java.environment().putAll(env);
        start(java);
        instance.awaitReady();
        assertThat(said(invoke(instance, event("{\"name\":\"weft\"}", Map.of()))))
                .isEqualTo("{\"hello\":\"weft\"}");
        assertThat(invoke(instance, event("{\"fail\":true}", Map.of())))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.type())
                        .isEqualTo("java.lang.IllegalStateException"));
    }

    @Test
    void whatCannotRunHereIsSaidBeforeItIsTried() {
        assertThat(host.check(function("nodejs12", "index.handler"), folder))
                .singleElement()
                .extracting(Mistake::field)
                .isEqualTo("spec.runtime");
        assertThat(host.check(function("nodejs20", "gone.handler"), folder))
                .singleElement()
                .extracting(Mistake::message)
                .asString()
                .contains("gone.js");
        assertThat(host.check(function("nodejs20.x", "index.handler"), folder)).isEmpty();
    }

    private ContractHost.Hosted node(String handler) throws Exception {
        ContractHost.Hosted instance = host.open(setup(handler));
        ContractHost.Launch launch = instance.launch();
        ProcessBuilder process = new ProcessBuilder(
                        "node",
                        "--input-type=module",
                        "--eval",
                        "await (await import('" + ((ContractHost.Program.Node) launch.program()).script()
                                + "')).main()")
                .directory(folder.toFile());
        process.environment().putAll(launch.env());
        start(process);
        instance.awaitReady();
        return instance;
    }

    private void start(ProcessBuilder process) throws Exception {
        processes.add(process.redirectErrorStream(true)
                .redirectOutput(
                        folder.resolve("out" + processes.size() + ".txt").toFile())
                .start());
    }

    private ContractHost.Setup setup(String handler) {
        return new ContractHost.Setup(
                function("nodejs20", handler),
                "i-1",
                new ContractHost.StandInCloud("aws-eu", "eu-west-1"),
                folder,
                HostTools.seen(folder),
                line -> {});
    }

    private static Function function(String runtime, String handler) {
        return new Function(
                new Metadata("checkout", "default", Map.of(), Map.of()),
                new Function.Spec(
                        Function.Contract.AWS_LAMBDA,
                        runtime,
                        new Function.Code(".", null, null, null),
                        handler,
                        List.of(),
                        Quantity.parse("256Mi"),
                        Duration.ofSeconds(10),
                        Map.of(),
                        1,
                        0,
                        1,
                        Duration.ofMinutes(1),
                        false,
                        Function.Payload.MAPPED,
                        new Function.Placement(
                                Function.Strategy.FAILOVER,
                                List.of(new Function.Placement.Choice("aws-eu", 1)),
                                Map.of())));
    }

    private static Call event(String payload, Map<String, String> attributes) {
        return new Call.Event(
                context(), "application/json", attributes, Body.of(payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static Call exchange(String body) {
        return new Call.Exchange(
                context(),
                new RequestLine("POST", "/checkout", null),
                Headers.of("host", "localhost", "content-type", "text/plain"),
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static CallContext context() {
        return new CallContext("call-1", Trace.start(), 0, Instant.now().plusSeconds(30), CallContext.Caller.WEFT);
    }

    private Outcome invoke(ContractHost.Hosted instance, Call call) throws Exception {
        CompletableFuture<Outcome> answer = new CompletableFuture<>();
        Loop loop = loops.next();
        loop.execute(() -> instance.call(call, loop, new Place.Answers() {
            @Override
            public void outcome(Outcome outcome) {
                answer.complete(outcome);
            }

            @Override
            public void failed(CloudException why) {
                answer.completeExceptionally(why);
            }
        }));
        return answer.get(20, TimeUnit.SECONDS);
    }

    private static String said(Outcome outcome) {
        return text(((Outcome.Result) outcome).body());
    }

    private static String text(Body body) {
        StringBuilder text = new StringBuilder();
        BodyGatherer.gather(
                body, 1 << 24, bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)), broken -> {});
        return text.toString();
    }
}
