// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AlibabaNodeContractIT extends AlibabaOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String handler =
                switch (behaviour) {
                    case HELLO -> "async (event) => 'hello ' + event";
                    case FAILING -> "async () => { throw new Error('out of stock'); }";
                    case SLOW -> "() => new Promise((done) => setTimeout(done, 10000))";
                    case CRASHING -> "async () => { console.log('last words'); process.exit(7); }";
                    case BROKEN -> "console.log('no such module') || process.exit(3)";
                    case LARGE -> "async () => Buffer.alloc(33 * 1024 * 1024, 'x')";
                    case ECHO ->
                        "async (event) => ({ statusCode: 200, headers: { 'Content-Type': 'application/octet-stream' },"
                                + " body: JSON.parse(event).body, isBase64Encoded: true })";
                    case COUNTING -> "async () => String(globalThis.n = (globalThis.n ?? 0) + 1)";
                    case PRINTING ->
                        "async (event) => { const said = JSON.parse(event);"
                                + " const { who } = said.body ? JSON.parse(said.body) : said; console.log('out ' + who);"
                                + " console.error('err ' + who); }";
                    case SHELL ->
                        "async (event) => new Promise((done) => exec(JSON.parse(JSON.parse(event).body).script + ' 2>&1',"
                                + " (error, out) => done(out)))";
                    case GREEDY -> "async () => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }";
                };
        under.code(
                "greeter",
                "index.mjs",
                "import { exec } from 'node:child_process';\nexport const handler = " + handler + ";\n");
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "nodejs20", "index.handler");
    }

    private SampleFunction handler(String file, String text) {
        write(file, text);
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "nodejs20", "index.handler");
    }

    @Test
    void aRouteBecomesTheEventOfAnHttpTrigger() {
        Place place = deploy(handler("index.mjs", """
                export const handler = async (event) => {
                  const said = JSON.parse(event);
                  return { statusCode: 201, headers: { 'X-Kind': 'event', 'x-fc-faked': 'no' }, body: JSON.stringify(said) };
                };
                """));

        Caller.Heard heard = get(
                place, "/a%20b", "q=1&q=2&name=ada%21", Headers.of("x-one", "1", "x-fc-faked", "yes", "x-one", "2"));

        JsonNode event = json(heard);
        assertThat(heard.status()).isEqualTo(201);
        if (heard.outcome() instanceof Outcome.Response response) {
            assertThat(response.headers().first("x-kind")).isEqualTo("event");
            assertThat(response.headers().has("x-fc-faked")).isFalse();
            assertThat(response.headers().first("x-fc-request-id"))
                    .isEqualTo(event.at("/requestContext/requestId").asString());
        }
        assertThat(event.path("version").asString()).isEqualTo("v1");
        assertThat(event.path("rawPath").asString()).isEqualTo("/a%20b");
        assertThat(event.at("/requestContext/http/path").asString()).isEqualTo("/a b");
        assertThat(event.at("/requestContext/http/method").asString()).isEqualTo("GET");
        assertThat(event.at("/queryParameters/q").asString()).isEqualTo("1,2");
        assertThat(event.at("/queryParameters/name").asString()).isEqualTo("ada!");
        assertThat(event.at("/headers/X-One").asString()).isEqualTo("1,2");
        assertThat(event.path("headers").has("X-Fc-Faked")).isFalse();
    }

    @Test
    void theContextIsWhole() {
        JsonNode context = json(
                send(deploy(handler("index.mjs", "export const handler = async (event, context) => context;")), "{}"));

        assertThat(context.path("requestId").asString()).hasSize(36);
        assertThat(context.at("/function/name").asString()).isEqualTo("greeter");
        assertThat(context.at("/function/handler").asString()).isEqualTo("index.handler");
        assertThat(context.at("/function/memory").asInt()).isEqualTo(256);
        assertThat(context.at("/function/timeout").asInt()).isEqualTo(10);
        assertThat(context.path("region").asString()).isEqualTo("eu-west-1");
        assertThat(context.path("accountId").asString()).isEqualTo("0000000000000000");
        assertThat(context.at("/credentials/accessKeyId").asString()).isEmpty();
        assertThat(context.at("/service/qualifier").asString()).isEqualTo("LATEST");
        assertThat(context.at("/tracing/spanContext").asString()).matches("[0-9a-f]{32}:[0-9a-f]{16}:0:[01]");
        assertThat(context.path("logger").isObject()).isTrue();
    }

    @Test
    void theEnvironmentIsFunctionComputes() {
        JsonNode env = json(send(deploy(handler("index.mjs", "export const handler = async () => process.env;")), ""));

        assertThat(env.path("FC_FUNCTION_NAME").asString()).isEqualTo("greeter");
        assertThat(env.path("FC_FUNCTION_HANDLER").asString()).isEqualTo("index.handler");
        assertThat(env.path("FC_FUNCTION_MEMORY_SIZE").asString()).isEqualTo("256");
        assertThat(env.path("FC_REGION").asString()).isEqualTo("eu-west-1");
        assertThat(env.path("FC_ACCOUNT_ID").asString()).isEqualTo("0000000000000000");
        assertThat(env.path("FC_INSTANCE_ID").asString()).isNotEmpty();
        assertThat(env.path("FC_FUNC_CODE_PATH").asString()).isNotEmpty();
        assertThat(env.path("ALIBABA_CLOUD_ACCESS_KEY_ID").asString("missing")).isEmpty();
        assertThat(env.has("WEFT_FC_RUNTIME")).isFalse();
    }

    @Test
    void anErrorHasMessageTypeAndStack() {
        Outcome.Failure failure = failure(send(
                deploy(handler("index.mjs", "export const handler = async () => { throw new RangeError('oops'); };")),
                ""));

        assertThat(failure.type()).isEqualTo("RangeError");
        assertThat(failure.message()).isEqualTo("oops");
        JsonNode words = payload(failure);
        assertThat(words.path("errorMessage").asString()).isEqualTo("oops");
        assertThat(words.path("errorType").asString()).isEqualTo("RangeError");
        assertThat(words.path("stackTrace").get(0).asString()).isEqualTo("RangeError: oops");
        assertThat(words.path("stackTrace").get(1).asString()).contains("index.mjs");
    }

    @Test
    void aCallbackEndsTheCallAlsoLongAfterTheHandlerReturned() {
        Place place = deploy(handler("index.js", """
                exports.handler = async function (event, context, callback) {
                  setTimeout(() => event.length > 0 ? callback(null, 'hello ' + event) : callback('empty'), 20);
                };
                """));

        assertThat(send(place, "ada").text()).isEqualTo("hello ada");
        assertThat(failure(send(place, "")).message()).isEqualTo("empty");
    }

    @Test
    void anHttpHandlerGetsTheRequestItselfAndNoEvents() {
        Place place = deploy(handler("index.js", """
                exports.handler = (req, resp, context) => {
                  resp.setStatusCode(202);
                  resp.setHeader('X-By', context.function.name);
                  resp.setHeader('X-Gone', '1');
                  resp.deleteHeader('x-gone');
                  const { method, path, queries, clientIP } = req;
                  let streamed = '';
                  req.on('data', (part) => { streamed += part; });
                  req.on('end', () => resp.send(JSON.stringify(
                    { method, path, queries, clientIP, body: req.body.toString(), streamed, type: req.headers['content-type'] })));
                };
                """));

        Caller.Heard heard = exchange(
                place, new RequestLine("PUT", "/x%20y", "a=1&b=2&b=3"), Headers.of("content-type", "text/plain"), "hi");

        assertThat(heard.status()).isEqualTo(202);
        assertThat(json(heard).toString())
                .isEqualTo("{\"method\":\"PUT\",\"path\":\"/x y\",\"queries\":{\"a\":\"1\",\"b\":[\"2\",\"3\"]},"
                        + "\"clientIP\":\"127.0.0.1\",\"body\":\"hi\",\"streamed\":\"hi\",\"type\":\"text/plain\"}");
        if (heard.outcome() instanceof Outcome.Response response) {
            assertThat(response.headers().first("x-by")).isEqualTo("greeter");
            assertThat(response.headers().has("x-gone")).isFalse();
        }
        CloudException refused = send(place, "{}").failure();
        assertThat(refused).isNotNull().hasMessageContaining("takes no events");
    }

    @Test
    void anHttpHandlerThatThrowsIsTheFunctionsFailure() {
        Place place =
                deploy(handler("index.js", "exports.handler = (req, resp) => { throw new Error('out of stock'); }"));

        assertThat(failure(get(place, "/", null, Headers.none())).message()).isEqualTo("out of stock");
    }

    @Test
    void aHeaderFieldThatHttpForbidsIsTheFunctionsFailure() {
        Place place = deploy(handler(
                "index.js", "exports.handler = (req, resp) => { resp.setHeader('a', 'x\\ny'); resp.send('hi'); }"));

        assertThat(failure(get(place, "/", null, Headers.none())).message()).contains("Invalid character");
    }

    @Test
    void aHandlerThatIsNotThereFailsTheStartInFunctionComputesWords() {
        Outcome.Failure failure = failure(send(deploy(handler("index.mjs", "export const other = () => 1;")), ""));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(payload(failure).path("errorMessage").asString()).contains("missing a function 'handler'");
        assertThat(failure.type()).isEqualTo("HandlerNotFound");
    }

    @Test
    void theInitializerRunsOnceBeforeTheFirstCall() throws InterruptedException {
        Place place = deploy(handler("index.js", """
                        let ready = 0;
                        exports.initialize = (context, callback) => setTimeout(() => { ready += 1; callback(null, ''); }, 20);
                        exports.handler = async () => String(ready);
                        """), Map.of("alibabacloud.com/initializer", "index.initialize"));

        assertThat(send(place, "").text()).isEqualTo("1");
        assertThat(send(place, "").text()).isEqualTo("1");
        assertThat(logged("FC Initialize End RequestId: ")).anyMatch(line -> line.startsWith("FC Initialize Start"));
    }

    @Test
    void anInitializerThatFailsFailsTheStart() {
        Outcome.Failure failure = failure(
                send(deploy(handler("index.js", """
                                exports.initialize = async () => { throw new Error('no database'); };
                                exports.handler = async () => 'never';
                                """), Map.of("alibabacloud.com/initializer", "index.initialize")), ""));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(failure.message()).isEqualTo("no database");
    }

    @Test
    void preStopRunsBeforeAnInstanceEnds() throws InterruptedException {
        Place place = deploy(handler("index.js", """
                        exports.preStop = async (context) => console.log('saving ' + context.function.name);
                        exports.handler = async () => 'hello';
                        """), Map.of("alibabacloud.com/pre-stop", "index.preStop"));
        assertThat(send(place, "").text()).isEqualTo("hello");

        under.cloud.delete("greeter");

        assertThat(logged("FC PreStop End RequestId: ")).anyMatch(line -> line.contains("saving greeter"));
    }

    @Test
    void thePlatformsLinesStandAroundTheCallsOwn() throws InterruptedException {
        Place place = deploy(
                handler("index.mjs", "export const handler = async (e, context) => context.logger.info('mine');"));
        Call.Event call = caller().event(new byte[0]);
        String id = call.context().id();

        caller().call(place, call);

        List<String> lines = logged("FC Invoke End RequestId: " + id);
        assertThat(lines.indexOf("FC Invoke Start RequestId: " + id)).isNotNegative();
        assertThat(lines).anyMatch(line -> line.endsWith(id + " [info] mine"));
    }
}
