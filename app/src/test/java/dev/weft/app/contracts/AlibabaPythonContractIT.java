// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AlibabaPythonContractIT extends AlibabaOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String body =
                switch (behaviour) {
                    case HELLO -> "return b'hello ' + event";
                    case FAILING -> "raise ValueError('out of stock')";
                    case SLOW -> "time.sleep(10)";
                    case CRASHING -> "print('last words'); os._exit(7)";
                    case BROKEN -> "pass\nprint('no such module'); os._exit(3)";
                    case LARGE -> "return b'x' * (33 << 20)";
                    case ECHO ->
                        "return {'statusCode': 200, 'headers': {'Content-Type': 'application/octet-stream'},"
                                + " 'body': json.loads(event)['body'], 'isBase64Encoded': True}";
                    case COUNTING -> "global n; n += 1; return str(n)";
                    case PRINTING ->
                        "said = json.loads(event); who = json.loads(said['body'])['who'] if 'body' in said else said['who'];"
                                + " print('out ' + who); print('err ' + who, file=sys.stderr)";
                    case SHELL ->
                        "return subprocess.run(['/bin/sh', '-c', json.loads(json.loads(event)['body'])['script']],"
                                + " stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout";
                    case GREEDY -> "all = []\n    while True: all.append(bytearray(b'x') * (1 << 20))";
                };
        under.code(
                "greeter",
                "index.py",
                "import json, os, subprocess, sys, time\nn = 0\ndef handler(event, context):\n    " + body + "\n");
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "python3.10", "index.handler");
    }

    private SampleFunction handler(String runtime, String text) {
        write("index.py", text);
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, runtime, "index.handler");
    }

    @Test
    void aRouteBecomesTheEventOfAnHttpTrigger() {
        Place place = deploy(handler("python3.10", """
                import json
                def handler(event, context):
                    said = json.loads(event)
                    return {'statusCode': 201, 'headers': {'X-Kind': 'event'}, 'body': json.dumps(said)}
                """));

        Caller.Heard heard = exchange(
                place, new RequestLine("POST", "/greet", "name=ada"), Headers.of("content-type", "text/plain"), "hi");

        JsonNode event = json(heard);
        assertThat(heard.status()).isEqualTo(201);
        assertThat(event.path("body").asString()).isEqualTo("hi");
        assertThat(event.path("isBase64Encoded").asBoolean()).isFalse();
        assertThat(event.at("/queryParameters/name").asString()).isEqualTo("ada");
        assertThat(event.at("/headers/Content-Type").asString()).isEqualTo("text/plain");
    }

    @Test
    void anythingButAnAnswerIsTheBodyOfOne() {
        Place place = deploy(handler("python3.10", "def handler(event, context): return 'plain'"));

        Caller.Heard heard = get(place, "/", null, Headers.none());

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.text()).isEqualTo("plain");
    }

    @Test
    void theContextIsWhole() {
        JsonNode context = json(
                send(deploy(handler("python3.10", "def handler(event, context): return context.to_json()")), "{}"));

        assertThat(context.path("request_id").asString()).hasSize(36);
        assertThat(context.at("/function/name").asString()).isEqualTo("greeter");
        assertThat(context.at("/function/memory").asInt()).isEqualTo(256);
        assertThat(context.at("/function/timeout").asInt()).isEqualTo(10);
        assertThat(context.at("/credentials/access_key_id").asString("missing")).isEmpty();
        assertThat(context.at("/service/qualifier").asString()).isEqualTo("LATEST");
        assertThat(context.path("region").asString()).isEqualTo("eu-west-1");
        assertThat(context.path("account_id").asString()).isEqualTo("0000000000000000");
        assertThat(context.at("/tracing/span_context").asString()).contains(":0:");
    }

    @Test
    void fromPython312OnAContextHasNoCredentials() {
        JsonNode context = json(
                send(deploy(handler("python3.12", "def handler(event, context): return context.to_json()")), "{}"));

        assertThat(context.has("credentials")).isFalse();
        assertThat(context.has("service")).isFalse();
        assertThat(context.at("/function/qualifier").asString()).isEqualTo("LATEST");
        assertThat(context.has("log_project")).isTrue();
    }

    @Test
    void anErrorHasMessageTypeAndStack() {
        Outcome.Failure failure = failure(
                send(deploy(handler("python3.10", "def handler(event, context):\n    raise KeyError('oops')\n")), ""));

        assertThat(failure.type()).isEqualTo("KeyError");
        JsonNode frame = payload(failure).path("stackTrace").get(0);
        assertThat(frame.get(0).asString()).endsWith("index.py\"");
        assertThat(frame.get(1).asString()).isEqualTo("line 2");
        assertThat(frame.get(2).asString()).isEqualTo("in handler");
        assertThat(frame.get(3).asString()).isEqualTo("raise KeyError('oops')");
    }

    @Test
    void aWsgiApplicationGetsTheRequestItselfAndNoEvents() {
        Place place = deploy(handler("python3.10", """
                class Application:
                    def __call__(self, environ, start_response):
                        start_response('202 Accepted', [('Content-Type', 'text/plain'), ('X-By', 'wsgi')])
                        body = environ['wsgi.input'].read(int(environ['CONTENT_LENGTH']))
                        yield environ['REQUEST_METHOD'].encode() + b' ' + environ['PATH_INFO'].encode('latin-1')
                        yield b' ' + environ['QUERY_STRING'].encode() + b' ' + body
                        yield b' ' + environ['HTTP_X_ONE'].encode() + b' ' + environ['fc.context'].function.name.encode()
                handler = Application()
                """));

        Caller.Heard heard = exchange(place, new RequestLine("PUT", "/x%20y", "a=1"), Headers.of("x-one", "1"), "hi");

        assertThat(heard.status()).isEqualTo(202);
        assertThat(heard.text()).isEqualTo("PUT /x y a=1 hi 1 greeter");
        assertThat(send(place, "{}").failure()).isNotNull().hasMessageContaining("takes no events");
    }

    @Test
    void anAnswerToHeadHasALengthAndNoBody() {
        Place place = deploy(handler("python3.10", """
                def handler(environ, start_response):
                    start_response('200 OK', [])
                    return [b'hello ', environ['REQUEST_METHOD'].encode()]
                """));

        Caller.Heard head = exchange(place, new RequestLine("HEAD", "/", null), Headers.none(), "");
        Caller.Heard get = get(place, "/", null, Headers.none());

        assertThat(head.body()).isEmpty();
        assertThat(get.text()).isEqualTo("hello GET");
    }

    @Test
    void aModuleThatIsNotThereFailsTheStartInFunctionComputesWords() {
        Outcome.Failure failure = failure(
                send(deploy(handler("python3.10", "import no_such_module\ndef handler(event, context): pass\n")), ""));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(failure.type()).isEqualTo("ModuleNotFoundError");
        assertThat(payload(failure).path("errorMessage").asString()).contains("no_such_module");
    }

    @Test
    void hooksRunAtTheBeginningAndTheEndOfAnInstance() throws InterruptedException {
        Place place = deploy(
                handler("python3.10", """
                        ready = 0
                        def initialize(context):
                            global ready
                            ready += 1
                        def pre_stop(context):
                            print('saving ' + context.function.name)
                        def handler(event, context):
                            return str(ready)
                        """),
                Map.of(
                        "alibabacloud.com/initializer",
                        "index.initialize",
                        "alibabacloud.com/pre-stop",
                        "index.pre_stop"));
        assertThat(send(place, "").text()).isEqualTo("1");
        assertThat(send(place, "").text()).isEqualTo("1");

        under.cloud.delete("greeter");

        assertThat(logged("FC PreStop End RequestId: "))
                .contains("saving greeter")
                .anyMatch(line -> line.startsWith("FC Initialize Start RequestId: "));
    }

    @Test
    void whatGoesToTheLoggerCarriesTheRequest() throws InterruptedException {
        Place place = deploy(handler(
                "python3.10", "import logging\ndef handler(event, context):\n    logging.getLogger().info('mine')\n"));
        Call.Event call = caller().event(new byte[0]);
        String id = call.context().id();

        caller().call(place, call);

        assertThat(logged("FC Invoke End RequestId: " + id)).anyMatch(line -> line.endsWith(id + " [INFO] mine"));
    }
}
