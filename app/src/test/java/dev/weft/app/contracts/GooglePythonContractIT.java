// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.HostFiles;
import dev.weft.api.spi.Place;
import dev.weft.clouds.google.GoogleHost;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GooglePythonContractIT extends GoogleOnEngine {
    private static final String OWN_FUNCTIONS = """
            import json, os, sys
            import flask

            def context(request):
                headers = {name.lower(): value for name, value in request.headers.items()}
                return {'env': dict(os.environ), 'headers': headers, 'method': request.method, 'url': request.url}

            def event(event):
                print('event ' + json.dumps({**event.get_attributes(), 'data': event.data}))

            def background(data, context):
                print('event ' + json.dumps({'data': data, 'id': context.event_id, 'type': context.event_type}))

            def throwing(request):
                raise ValueError('out of stock')

            def leaving(request):
                sys.exit(9)

            def streaming(request):
                return flask.Response(b'x' * (1 << 20) for _ in range(11))
            """;

    private static final String REGISTERED = """
            import functions_framework

            @functions_framework.http
            def greet(request):
                return 'hello ' + request.get_json()['who']

            @functions_framework.cloud_event
            def watch(event):
                print('event %s %s' % (event['type'], event.data['who']))
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO -> "return 'hello ' + request.get_data(as_text=True)";
                    case FAILING -> "raise ValueError('out of stock')";
                    case SLOW -> "time.sleep(10); return 'late'";
                    case CRASHING -> "print('last words'); os._exit(7)";
                    case BROKEN -> "";
                    case LARGE -> "return 'x' * (33 << 20)";
                    case ECHO -> "return flask.Response(request.get_data(), mimetype='application/octet-stream')";
                    case COUNTING -> "global n; n += 1; return str(n)";
                    case PRINTING ->
                        "who = request.get_json()['who']; print('out ' + who); print('err ' + who, file=sys.stderr); return ''";
                    case SHELL ->
                        "return subprocess.run(['/bin/sh', '-c', request.get_json()['script'] + ' 2>&1'], stdout=subprocess.PIPE).stdout";
                    case GREEDY -> "all = [bytearray(b'x' * (1 << 20)) for _ in range(10000)]; return str(len(all))";
                };
        under.code(
                "greeter",
                "main.py",
                behaviour == Behaviour.BROKEN
                        ? "raise ImportError('no such module')\ndef greet(request): return ''\n"
                        : "import os, subprocess, sys, time\nimport flask\nn = 0\ndef greet(request):\n    " + does
                                + "\n");
        return sample("greet");
    }

    @Override
    protected SampleFunction sample(String target) {
        return google("python311", target);
    }

    @Override
    protected Path ownCode() {
        return under.code("own", "main.py", OWN_FUNCTIONS);
    }

    /** Flask's words for every error; what was raised is in the log. */
    @Override
    protected boolean failureSaysWhy() {
        return false;
    }

    @Test
    void aFunctionThatRegistersItselfIsCalled() {
        Path code = under.code("own", "main.py", REGISTERED);

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("hello ada");
    }

    @Test
    void aFunctionThatRegistersItselfForEventsNeedsNoVariable() {
        Path code = under.code("own", "main.py", REGISTERED);
        Place place = deployed("watch", code, Map.of());

        Caller.Heard heard = caller().call(place, event(Map.of("type", "shop.sold")));

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        assertThat(logged("event ")).isEqualTo("event shop.sold ada");
    }

    @Test
    void aTypedFunctionAnswersExchangesAndEvents() {
        Path code = under.code("own", "main.py", """
                import functions_framework

                class Greeting:
                    def __init__(self, text): self.text = text
                    @staticmethod
                    def from_dict(said): return Greeting('hello ' + said['who'])
                    def to_dict(self): return {'text': self.text}

                @functions_framework.typed(Greeting)
                def polite(greeting):
                    return greeting
                """);
        Place place = deployed("polite", code, Map.of());

        assertThat(caller().call(place, caller().exchange("/", ADA)).text()).isEqualTo("{\"text\": \"hello ada\"}");
        assertThat(caller().call(place, event(Map.of())).text()).isEqualTo("{\"text\": \"hello ada\"}");
    }

    @Test
    void anAsynchronousFunctionIsServedByTheFrameworksOtherServer() {
        Path code = under.code("own", "main.py", """
                import functions_framework.aio

                @functions_framework.aio.http
                async def greet(request):
                    return 'hello ' + (await request.json())['who']
                """);

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("hello ada");
    }

    @Test
    void anotherFileThanMainIsNamedAsGooglesBuildsAreTold() {
        under.code("own", "shop/stock.py", "def left(): return '3 left'\n");
        Path code = under.code("own", "shop/app.py", "import stock\ndef greet(request): return stock.left()\n");

        Map<String, String> env = Map.of("GOOGLE_FUNCTION_SOURCE", "shop/app.py");
        Caller.Heard heard = caller().call(deployed("greet", code, env), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("3 left");
    }

    @Test
    void theFrameworkThatTheCodeBringsIsUsed() {
        String folder = "functions_framework/";
        under.code("own", "main.py", "def greet(request): return ''\n");
        under.code("own", "functions_framework-2.0.0.dist-info/METADATA", "Name: functions-framework\n");
        under.code("own", folder + "__init__.py", "");
        under.code("own", folder + "_http/__init__.py", "");
        under.code("own", folder + "_http/gunicorn.py", "");
        Path code = under.code("own", folder + "_cli.py", """
                import http.server, os

                class Own(http.server.BaseHTTPRequestHandler):
                    def do_POST(self):
                        self.rfile.read(int(self.headers['content-length']))
                        self.send_response(200)
                        self.send_header('content-length', '3')
                        self.end_headers()
                        self.wfile.write(b'own')

                def _cli(args, prog_name):
                    http.server.HTTPServer((args[1], int(os.environ['PORT'])), Own).serve_forever()
                """);

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("own");
    }

    @Test
    void theFrameworkAsPipLeavesItInTheFolderIsUsed() {
        Path site = under.libraries
                .pip("google-functions-python", HostFiles.text(GoogleHost.class, "python-packages.lock"))
                .resolve("site");
        Path code = under.code(
                "own",
                "main.py",
                "import functions_framework\ndef greet(request): return functions_framework.__file__\n");
        AdapterSamples.copy(site, code);

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).endsWith("/task/functions_framework/__init__.py");
    }

    @Test
    void whatAHandlerThrowsIsAnsweredAsTheFrameworkDoes() {
        Caller.Heard heard = caller().call(deployed("throwing", ownCode(), Map.of()), caller().exchange("/", ADA));

        assertThat(heard.status()).isEqualTo(500);
        assertThat(heard.text()).startsWith("500 Internal Server Error: The server encountered an internal error");
        assertThat(((Outcome.Response) heard.outcome()).headers().first("x-google-status"))
                .isEqualTo("crash");
        assertThat(logged("ValueError: out of stock")).isNotEmpty();
    }

    @Test
    void aFunctionThatLeavesEndsItsInstanceAndSaysHow() {
        Place place = deployed("leaving", ownCode(), Map.of());

        for (int i = 0; i < 2; i++) {
            Caller.Heard heard = caller().call(place, caller().exchange("/", ADA));

            assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.CRASH);
                assertThat(failure.message()).contains("exit status 9");
            });
        }
    }

    /** So it needs no network of its own, as the other frameworks do. */
    @Test
    void theServerListensOnLoopbackOnly() {
        Path code = under.code("own", "main.py", """
                import os

                def greet(request):
                    end = ':%04X' % int(os.environ['PORT'])
                    sockets = [line.split() for line in open('/proc/net/tcp')]
                    return ' '.join(each[1] for each in sockets if each[1].endswith(end) and each[3] == '0A')
                """);

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).matches("0100007F:[0-9A-F]{4}");
    }

    /** Gunicorn's own watch would take the worker, which says that it lives once a second, for dead. */
    @Test
    void anIdleInstanceWhoseFunctionMayTakeASecondLives() throws InterruptedException {
        Path code = under.code(
                "own", "main.py", "n = 0\ndef greet(request):\n    global n\n    n += 1\n    return str(n)\n");
        SampleFunction brief = sample("greet").timeout(Duration.ofSeconds(1)).scale(1, 1, 1);
        under.cloud.deploy(new FunctionCloud.Deployment(brief.function(), code, Map.of()));
        Place place = under.cloud.place("greeter");
        assertThat(caller().call(place, caller().exchange("/", ADA)).text()).isEqualTo("1");

        TimeUnit.SECONDS.sleep(5);

        assertThat(caller().call(place, caller().exchange("/", ADA)).text()).isEqualTo("2");
    }

    @Test
    void whatTheServerReadsOfTheEnvironmentWhenItIsLoadedIsReadAgain() {
        Path code = under.code("own", "main.py", "def greet(request): return request.scheme\n");
        Map<String, String> env = Map.of("FORWARDED_ALLOW_IPS", "10.1.2.3");
        Place trusting = deployed("greet", code, Map.of());
        assertThat(caller().call(trusting, forwarded()).text()).isEqualTo("https");

        assertThat(caller().call(deployed("greet", code, env), forwarded()).text())
                .isEqualTo("http");
    }

    private Call.Exchange forwarded() {
        Call.Exchange plain = caller().exchange("/", ADA);
        return new Call.Exchange(
                plain.context(),
                plain.line(),
                Headers.builder()
                        .addAll(plain.headers())
                        .add("x-forwarded-proto", "https")
                        .build(),
                plain.body());
    }
}
