// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.Outcome;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoogleNodeContractIT extends GoogleOnEngine {
    private static final String OWN_FUNCTIONS = """
            exports.context = (request, response) =>
              response.json({ env: process.env, headers: request.headers, method: request.method, url: request.url });
            exports.event = (event) => console.log('event ' + JSON.stringify(event));
            exports.background = (data, context) => console.log('event ' + JSON.stringify({ data, context }));
            exports.throwing = () => { throw new Error('out of stock'); };
            exports.rejecting = () => { Promise.reject(new Error('nobody heard')); };
            exports.debugging = (request, response) => response.send(String(require('debug').enabled('express:x')));
            exports.streaming = (request, response) => {
              for (let i = 0; i < 11; i++) response.write(Buffer.alloc(1 << 20, 'x'));
              response.end();
            };
            """;

    private static final String REGISTERED = """
            const functions = require('@google-cloud/functions-framework');
            functions.http('greet', (request, response) => response.send('hello ' + request.body.who));
            functions.cloudEvent('watch', (event) => console.log('event ' + JSON.stringify(event)));
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO -> "response.send('hello ' + JSON.stringify(request.body))";
                    case FAILING -> "throw new Error('out of stock')";
                    case SLOW -> "setTimeout(() => response.send('late'), 10000)";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case LARGE -> "response.send('x'.repeat(33 * 1024 * 1024))";
                    case ECHO -> "response.type('application/octet-stream').send(request.rawBody)";
                    case COUNTING -> "response.send(String(globalThis.n = (globalThis.n ?? 0) + 1))";
                    case PRINTING ->
                        "console.log('out ' + request.body.who); console.error('err ' + request.body.who);"
                                + " response.end()";
                    case SHELL ->
                        "response.send(process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c', request.body.script + ' 2>&1']).stdout.toString())";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                };
        under.code(
                "greeter",
                "index.js",
                behaviour == Behaviour.BROKEN
                        ? "require('./no such module')"
                        : "exports.greet = (request, response) => { " + does + "; };\n");
        return sample("greet");
    }

    @Override
    protected SampleFunction sample(String target) {
        return google("nodejs20", target);
    }

    @Override
    protected Path ownCode() {
        return under.code("own", "index.js", OWN_FUNCTIONS);
    }

    @Test
    void aFunctionThatRegistersItselfIsCalled() {
        Path code = under.code("own", "index.js", REGISTERED);

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("hello ada");
    }

    @Test
    void aFunctionThatRegistersItselfForEventsNeedsNoVariable() {
        Path code = under.code("own", "index.js", REGISTERED);

        Caller.Heard heard = caller().call(deployed("watch", code, Map.of()), event(Map.of("type", "shop.sold")));

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        assertThat(logged("event ")).contains("\"type\":\"shop.sold\"", "\"data\":{\"who\":\"ada\"}");
    }

    @Test
    void anEsModuleRegistersItselfToo() {
        under.code("own", "package.json", "{\"type\": \"module\", \"main\": \"shop.js\"}");
        Path code = under.code(
                "own",
                "shop.js",
                "import { http } from '@google-cloud/functions-framework';\n"
                        + "http('greet', (request, response) => response.send('hello ' + request.body.who));\n");

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("hello ada");
    }

    @Test
    void theFrameworkThatTheCodeBringsIsUsed() {
        String folder = "node_modules/@google-cloud/functions-framework/";
        under.code("own", "index.js", REGISTERED);
        under.code(
                "own",
                folder + "package.json",
                "{\"name\": \"@google-cloud/functions-framework\", \"main\": \"lib/index.js\","
                        + " \"bin\": {\"functions-framework\": \"lib/main.js\"}}");
        under.code(
                "own",
                folder + "lib/index.js",
                "exports.all = {}; exports.http = (n, f) => (exports.all[n] = f);" + " exports.cloudEvent = () => {};");
        Path code = under.code("own", folder + "lib/main.js", """
                require(process.env.FUNCTION_SOURCE);
                require('http').createServer((request, response) => response.end(
                  'own ' + Object.keys(require('./index.js').all))).listen(process.env.PORT);
                """);

        Caller.Heard heard = caller().call(deployed("greet", code, Map.of()), caller().exchange("/", ADA));

        assertThat(heard.text()).isEqualTo("own greet");
    }

    @Test
    void whatAHandlerThrowsIsAnsweredAsTheFrameworkDoes() {
        Caller.Heard heard = caller().call(deployed("throwing", ownCode(), Map.of()), caller().exchange("/", ADA));

        assertThat(heard.status()).isEqualTo(500);
        assertThat(heard.text()).isEqualTo("out of stock");
        assertThat(((Outcome.Response) heard.outcome()).headers().first("x-google-status"))
                .isEqualTo("crash");
    }

    @Test
    void aRejectionThatNobodyHandlesEndsTheInstanceNotTheFunction() {
        Place place = deployed("rejecting", ownCode(), Map.of());

        for (int i = 0; i < 2; i++) {
            Caller.Heard heard = caller().call(place, caller().exchange("/", ADA));

            // the framework answers and exits; which of the two is heard first is chance
            assertThat(heard.outcome())
                    .as("%s", heard)
                    .satisfiesAnyOf(
                            outcome -> assertThat(outcome)
                                    .isInstanceOfSatisfying(
                                            Outcome.Response.class, answer -> assertThat(answer.status())
                                                    .isEqualTo(500)),
                            outcome -> assertThat(outcome)
                                    .isInstanceOfSatisfying(
                                            Outcome.Failure.class, failure -> assertThat(failure.reason())
                                                    .isEqualTo(Outcome.Failure.Reason.CRASH)));
        }
        assertThat(logged("nobody heard")).isNotEmpty();
    }

    /** Its proxy evaluates a single file, and Google's framework wants a manifest: each gets its own. */
    @Test
    void anOpenWhiskActionOfOneFileRunsBehindItsAdapter() {
        Path code = under.code("own", "index.js", "function main(said) { return { hello: said.who }; }\n");
        SampleFunction action = SampleFunction.handler("greeter", Function.Contract.OPENWHISK, "nodejs:20", "main");
        Packed packed = Adapters.packing(action.function(), code, Target.GOOGLE);
        assertThat(packed).isInstanceOf(Packed.As.class);
        Packing packing = ((Packed.As) packed).packing();

        Path folder = AdapterSamples.packed(code, packing, this.folder.resolve("packed"));
        Caller.Heard heard = caller().call(deployed(packing.handler(), folder, Map.of()), event(Map.of()));

        assertThat(heard.text()).isEqualTo("{\"hello\":\"ada\"}");
    }

    @Test
    void modulesLoadedBeforehandStillHearOfDebug() {
        Place place = deployed("debugging", ownCode(), Map.of("DEBUG", "express:*"));

        assertThat(caller().call(place, caller().exchange("/", ADA)).text()).isEqualTo("true");
    }

    @Test
    void aFailingEventSaysSoInGooglesWords() {
        Map<String, String> env = Map.of("FUNCTION_SIGNATURE_TYPE", "cloudevent");

        Caller.Heard heard = caller().call(deployed("throwing", ownCode(), env), event(Map.of()));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
            assertThat(failure.type()).isEqualTo("error");
            assertThat(failure.payload()).asString().isEqualTo("out of stock");
        });
    }
}
