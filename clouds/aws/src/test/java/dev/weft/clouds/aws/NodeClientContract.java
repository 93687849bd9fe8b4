// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Call;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client of the Runtime API does for Node handlers: AWS's own and our start-up loop are held to the same. */
@Timeout(60)
abstract class NodeClientContract {
    private static final String HANDLERS = """
            const fs = require('fs');
            let calls = 0;
            exports.handler = async (event, context) => {
              calls++;
              if (event.fail) throw new TypeError('told to fail');
              if (event.text) throw event.text;
              if (event.big) return 'x'.repeat(event.big);
              if (event.ring) { const ring = {}; ring.ring = ring; return ring; }
              if (event.late) { setImmediate(() => { throw new RangeError('too late'); }); return new Promise(() => setTimeout(() => {}, 9000)); }
              if (event.rejected) { Promise.reject(new Error('nobody caught me')); return new Promise(() => setTimeout(() => {}, 9000)); }
              if (event.version === '2.0') {
                return { statusCode: 201, headers: { 'x-path': event.rawPath }, body: `got ${event.body}` };
              }
              return {
                calls, event, context, trace: process.env._X_AMZN_TRACE_ID, left: context.getRemainingTimeInMillis(),
                env: process.env,
              };
            };
            exports.callback = (event, context, done) => { setTimeout(() => done(null, { style: 'callback' }), 5); };
            exports.waiting = (event, context, done) => {
              done(null, 'answered');
              setTimeout(() => fs.writeFileSync('drained', 'yes'), 50);
            };
            exports.hurried = (event, context, done) => {
              context.callbackWaitsForEmptyEventLoop = false;
              setTimeout(() => {}, 20000);
              done(null, 'at once');
            };
            exports.refusing = (event, context, done) => done(new Error('refused'));
            exports.succeeding = (event, context) => context.succeed({ style: 'succeed' });
            exports.silent = () => 'nobody reads this';
            exports.never = async () => new Promise(() => {});
            exports.nested = { deep: { handler: async () => 'deep' } };
            exports.number = 7;
            const until = (file) => new Promise((done) => {
              const look = () => fs.existsSync(file) ? done() : setTimeout(look, 5);
              look();
            });
            exports.http = awslambda.streamifyResponse(async (event, stream, context) => {
              const out = awslambda.HttpResponseStream.from(stream, {
                statusCode: 206, headers: { 'content-type': 'text/x-story', 'x-id': context.awsRequestId }, cookies: ['a=1', 'b=2'],
              });
              out.write('once ');
              await until('heard');
              if (event.body === 'fail') throw new TypeError('lost the thread');
              out.write('upon ');
              out.end('a time');
            });
            exports.plain = awslambda.streamifyResponse(async (event, stream) => {
              if (event.fail) throw new TypeError('nothing to say');
              if (event.type) stream.setContentType(event.type);
              const piece = Buffer.alloc(64 * 1024, 'x');
              for (let i = 0; i < (event.pieces ?? 1); i++) {
                if (!stream.write(piece)) await new Promise((go) => stream.once('drain', go));
              }
              stream.end();
            });
            exports.piped = awslambda.streamifyResponse(async (event, stream) => {
              const { pipeline } = require('stream/promises');
              await pipeline(require('stream').Readable.from(['a', 'b', 'c']), stream);
            });
            exports.hasty = awslambda.streamifyResponse(() => 'not async');
            """;

    @TempDir
    Path folder;

    RuntimeApi api;

    /** The client that is held to this. */
    abstract RuntimeApi.Client client();

    @BeforeEach
    void open() {
        api = new RuntimeApi(folder);
        api.code("index.js", HANDLERS);
        api.code(
                "esm.mjs",
                "const style = await Promise.resolve('module');\nexport const handler = async () => ({ style });");
        api.code("broken.js", "const = 1;");
        api.code("asking.js", "require('no-such-package');");
        api.code("throwing.js", "throw new RangeError('not today');");
    }

    @AfterEach
    void close() {
        api.close();
    }

    ContractHost.Hosted node(String handler) {
        try {
            return api.start("nodejs20.x", handler, client());
        } catch (ContractHost.InitException refused) {
            throw new AssertionError(refused.failure().type() + ": " + refused.getMessage(), refused);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Test
    void aHandlerIsToldAllOfItsCall() {
        ContractHost.Hosted instance = node("index.handler");
        Caller.Heard heard = api.call(
                instance, RuntimeApi.event("{\"name\":\"weft\"}", Map.of("client-context", "{\"custom\":{\"a\":1}}")));

        assertThat(heard.text())
                .contains("\"event\":{\"name\":\"weft\"}")
                .contains("\"calls\":1")
                .contains("\"awsRequestId\":\"call-1\"")
                .contains("\"functionName\":\"checkout\"")
                .contains("\"functionVersion\":\"$LATEST\"")
                .contains("\"memoryLimitInMB\":\"256\"")
                .contains("\"logGroupName\":\"/aws/lambda/checkout\"")
                .contains("\"callbackWaitsForEmptyEventLoop\":true")
                .contains("\"invokedFunctionArn\":\"arn:aws:lambda:eu-west-1:000000000000:function:checkout\"")
                .contains("\"clientContext\":{\"custom\":{\"a\":1}}")
                .contains("\"trace\":\"Root=1-")
                .containsPattern("\"left\":[1-9]\\d{3}")
                .contains("\"AWS_EXECUTION_ENV\":\"AWS_Lambda_nodejs20.x\"")
                .contains("\"AWS_REGION\":\"eu-west-1\"");
        assertThat(api.said(instance, "")).contains("\"event\":{}").contains("\"calls\":2");
    }

    @Test
    void anExchangeIsAnEventOfFormat2() {
        Caller.Heard heard = api.call(node("index.handler"), RuntimeApi.exchange("hello"));

        assertThat(heard.status()).isEqualTo(201);
        assertThat(RuntimeApi.response(heard).headers().first("x-path")).isEqualTo("/checkout");
        assertThat(heard.text()).isEqualTo("got hello");
    }

    @Test
    void everyStyleOfHandlerIsUnderstood() {
        assertThat(api.said(node("index.callback"), "{}")).contains("callback");
        assertThat(api.said(node("index.succeeding"), "{}")).contains("succeed");
        assertThat(api.said(node("index.nested.deep.handler"), "{}")).contains("deep");
        assertThat(api.said(node("esm.handler"), "{}")).contains("module");
        assertThat(api.failure(node("index.refusing"), "{}").message()).isEqualTo("refused");
    }

    @Test
    void aHandlerThatSaysNothingAnswersNull() {
        assertThat(api.said(node("index.silent"), "{}")).isEqualTo("null");
        assertThat(api.said(node("index.never"), "{}")).isEqualTo("null");
    }

    @Test
    void aCallbackWaitsForAnEmptyEventLoopUnlessToldNotTo() {
        assertThat(api.said(node("index.waiting"), "{}")).isEqualTo("\"answered\"");
        assertThat(folder.resolve("drained")).exists();
        assertThat(api.said(node("index.hurried"), "{}")).isEqualTo("\"at once\"");
    }

    @Test
    void whatIsThrownIsTheOutcomeAndTheInstanceLivesOn() {
        ContractHost.Hosted instance = node("index.handler");

        Outcome.Failure failure = api.failure(instance, "{\"fail\":true}");
        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
        assertThat(failure.type()).isEqualTo("TypeError");
        assertThat(failure.message()).isEqualTo("told to fail");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                .contains("\"trace\":[\"TypeError: told to fail\"");

        Outcome.Failure text = api.failure(instance, "{\"text\":\"just words\"}");
        assertThat(text.type()).isEqualTo("string");
        assertThat(text.message()).isEqualTo("just words");

        assertThat(api.failure(instance, "{\"ring\":true}").message()).isEqualTo("Unable to stringify response body");
        assertThat(api.said(instance, "{}")).contains("\"calls\":4");
        assertThat(api.output())
                .containsPattern("\\d{4}-\\d{2}-\\d{2}T\\S+Z\tcall-1\tERROR\tInvoke Error \t"
                        + "\\{\"errorType\":\"TypeError\",\"errorMessage\":\"told to fail\",\"stack\":\\[");
    }

    @Test
    void anErrorThatNobodyCatchesIsTheCallsOwn() {
        assertThat(api.failure(node("index.handler"), "{\"late\":true}").type()).isEqualTo("RangeError");
        Outcome.Failure rejected = api.failure(node("index.handler"), "{\"rejected\":true}");
        assertThat(rejected.type()).isEqualTo("Runtime.UnhandledPromiseRejection");
        assertThat(rejected.message()).contains("nobody caught me");
    }

    @Test
    void anAnswerBeyondTheLimitIsLambdasOwnError() {
        Outcome.Failure failure = api.failure(node("index.handler"), "{\"big\":7000000}");
        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.TOO_LARGE);
        assertThat(failure.type()).isEqualTo("Function.ResponseSizeTooLarge");
    }

    @Test
    void codeThatCannotStartSaysWhyInAwsWords() {
        init("broken.handler", "Runtime.UserCodeSyntaxError", "SyntaxError: ");
        init("index.absent", "Runtime.HandlerNotFound", "index.absent is undefined or not exported");
        init("index.number", "Runtime.HandlerNotFound", "index.number is not a function");
        init("gone.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'gone'");
        init("asking.handler", "Runtime.ImportModuleError", "Error: Cannot find module 'no-such-package'");
        init("throwing.handler", "RangeError", "not today");
        init("index", "Runtime.MalformedHandlerName", "Bad handler");
        init("../index.handler", "Runtime.MalformedHandlerName", "not a valid handler name");
    }

    private void init(String handler, String type, String message) {
        assertThatThrownBy(() -> api.start("nodejs20.x", handler, client()))
                .isInstanceOfSatisfying(ContractHost.InitException.class, init -> {
                    assertThat(init.failure().reason()).isEqualTo(Outcome.Failure.Reason.INIT);
                    assertThat(init.failure().type()).isEqualTo(type);
                    assertThat(init.failure().message()).contains(message);
                });
    }

    @Test
    void aStreamedAnswerIsHeardAsItComes() throws Exception {
        Listening listening = new Listening(node("index.http"), RuntimeApi.exchange("tell"), "once ");

        assertThat(listening.first()).isEqualTo("once ");
        Files.writeString(folder.resolve("heard"), "");
        assertThat(listening.whole()).isEqualTo("once upon a time");
        Outcome.Response response = (Outcome.Response) listening.outcome();
        assertThat(response.status()).isEqualTo(206);
        assertThat(response.headers().first("content-type")).isEqualTo("text/x-story");
        assertThat(response.headers().first("x-id")).isEqualTo("call-1");
        assertThat(response.headers().all("set-cookie")).containsExactly("a=1", "b=2");
    }

    @Test
    void aStreamThatFailsMidwayIsNeverTakenForWhole() throws Exception {
        ContractHost.Hosted instance = node("index.http");
        Listening listening = new Listening(instance, RuntimeApi.exchange("fail"), "once ");

        assertThat(listening.first()).isEqualTo("once ");
        Files.writeString(folder.resolve("heard"), "");
        assertThatThrownBy(listening::whole)
                .hasCauseInstanceOf(BodyException.class)
                .hasMessageContaining("TypeError");
        assertThat(api.call(instance, RuntimeApi.exchange("again")).text()).isEqualTo("once upon a time");
    }

    @Test
    void aStreamThatFailsBeforeItsFirstByteIsAFailure() {
        Outcome.Failure failure = api.failure(node("index.plain"), "{\"fail\":true}");
        assertThat(failure.type()).isEqualTo("TypeError");
        assertThat(failure.message()).isEqualTo("nothing to say");
        assertThat(api.failure(node("index.hasty"), "{}").message())
                .isEqualTo("Streaming does not support non-async handlers.");
    }

    @Test
    void aPlainStreamIsAnEventsResultAndAnExchangesBody() {
        ContractHost.Hosted instance = node("index.plain");
        Caller.Heard result = api.call(instance, RuntimeApi.event("{\"type\":\"text/x-plain\"}", Map.of()));
        assertThat(RuntimeApi.result(result).contentType()).isEqualTo("text/x-plain");
        assertThat(result.body()).hasSize(64 * 1024);

        Caller.Heard response = api.call(instance, RuntimeApi.exchange(""));
        assertThat(response.status()).isEqualTo(200);
        assertThat(RuntimeApi.response(response).headers().first("content-type"))
                .isEqualTo("application/octet-stream");
    }

    @Test
    void aPipelineIntoTheStreamEndsIt() {
        assertThat(api.said(node("index.piped"), "{}")).isEqualTo("abc");
    }

    @Test
    void aSlowReaderGetsAllOfALargeStream() {
        Caller.Heard heard = api.call(node("index.plain"), RuntimeApi.event("{\"pieces\":320}", Map.of()));
        assertThat(heard.body()).hasSize(320 * 64 * 1024);
    }

    /** Reads a streamed answer bit by bit, from a test's thread. */
    private final class Listening {
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private final CompletableFuture<String> first = new CompletableFuture<>();
        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        Listening(ContractHost.Hosted instance, Call call, String until) {
            Loop loop = api.loop();
            loop.execute(() -> {
                Place.Attempt ignored = instance.call(call, loop, new Place.Answers() {
                    @Override
                    public void outcome(Outcome heard) {
                        outcome.complete(heard);
                        if (heard instanceof Outcome.Response response) {
                            response.body().read(sink(until));
                        } else {
                            first.completeExceptionally(new AssertionError("not a response: " + heard));
                        }
                    }

                    @Override
                    public void failed(CloudException why) {
                        first.completeExceptionally(why);
                    }
                });
            });
        }

        private Body.Sink sink(String until) {
            return new Body.Sink() {
                @Override
                public void chunk(Chunk chunk) {
                    text.append(StandardCharsets.UTF_8.decode(chunk.bytes()));
                    chunk.release();
                    if (text.length() >= until.length()) {
                        first.complete(text.toString());
                    }
                }

                @Override
                public void end(Headers trailers) {
                    whole.complete(text.toString());
                }

                @Override
                public void failed(BodyException cause) {
                    whole.completeExceptionally(cause);
                }
            };
        }

        Outcome outcome() throws Exception {
            return outcome.get(20, TimeUnit.SECONDS);
        }

        String first() throws Exception {
            return first.get(20, TimeUnit.SECONDS);
        }

        String whole() throws Exception {
            return whole.get(20, TimeUnit.SECONDS);
        }
    }
}
