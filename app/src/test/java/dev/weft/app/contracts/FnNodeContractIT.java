// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FnNodeContractIT extends FnOnEngine {
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String handler =
                switch (behaviour) {
                    case HELLO -> "(input) => ({ hello: input })";
                    case FAILING -> "async () => { throw new Error('out of stock'); }";
                    case SLOW -> "() => new Promise((done) => setTimeout(done, 10000))";
                    case CRASHING -> "() => { console.log('last words'); process.exit(7); }";
                    case BROKEN -> "console.log('no such module') || process.exit(3)";
                    case LARGE -> "() => 'x'.repeat(7 * 1024 * 1024)";
                    case ECHO ->
                        "(input, ctx) => { ctx.responseContentType = 'application/octet-stream';"
                                + " return fdk.rawResult(input); }, { inputMode: 'buffer' }";
                    case COUNTING ->
                        "(input, ctx) => { ctx.responseContentType = 'text/plain';"
                                + " return String(globalThis.n = (globalThis.n ?? 0) + 1); }";
                    case PRINTING ->
                        "({ who }) => { console.log('out ' + who); console.error('err ' + who);"
                                + " return 'printed'; }";
                    case SHELL ->
                        "({ script }, ctx) => { ctx.responseContentType = 'text/plain'; return fdk.rawResult("
                                + "require('child_process').spawnSync('/bin/sh', ['-c', script + ' 2>&1']).stdout); }";
                    case GREEDY -> "() => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }";
                };
        return handled(handler);
    }

    private SampleFunction handled(String handler) {
        under.code("greeter", "func.js", "const fdk = require('@fnproject/fdk');\nfdk.handle(" + handler + ");\n");
        return SampleFunction.handler("greeter", Function.Contract.FN, "node20", null);
    }

    @Override
    protected SampleFunction telling() {
        return handled("""
                (input, ctx) => ({
                  call: ctx.callID, app: ctx.appName, appId: ctx.appID, name: ctx.fnName, id: ctx.fnID,
                  memory: ctx.memory, currency: ctx.config.CURRENCY, method: ctx.httpGateway.method,
                  url: ctx.httpGateway.requestURL, tenant: ctx.httpGateway.getHeader('x-tenant'),
                  tracing: ctx.tracingContext.isEnabled, trace: ctx.tracingContext.traceId,
                  deadline: ctx.deadline, config: ctx.config, argv: process.argv, main: require.main === module,
                })
                """);
    }

    @Override
    protected SampleFunction teapot() {
        return handled("""
                (input, ctx) => {
                  ctx.httpGateway.statusCode = 418;
                  ctx.httpGateway.setResponseHeader('X-Made', 'tea');
                  ctx.httpGateway.setResponseHeader('Content-Type', 'text/plain');
                  return 'short';
                }
                """);
    }

    @Test
    void aFunctionIsTheMainModuleAndSeesNothingOfItsStart() {
        JsonNode known = json(call(telling(), Map.of(), caller().exchange("/", EMPTY)));

        assertThat(known.path("main").asBoolean(false)).isTrue();
        assertThat(known.path("argv")).hasSize(2);
        assertThat(known.path("argv").path(1).asString()).endsWith("/func.js");
        assertThat(known.path("config").has("WEFT_HANDLER")).isFalse();
        assertThat(known.path("config").path("FN_TYPE").asString()).isEqualTo("sync");
        assertThat(known.path("config").path("FN_FORMAT").asString()).isEqualTo("http-stream");
        assertThat(known.path("config").path("FN_LISTENER").asString()).startsWith("unix:/");
        assertThat(Instant.parse(known.path("deadline").asString()))
                .isBetween(now().minusSeconds(1), now().plusSeconds(10));
    }

    @Test
    void aFunctionMayBeAnEsModuleInAFolder() {
        under.code("greeter", "app/main.mjs", """
                import fdk from '@fnproject/fdk';
                fdk.handle((input) => ({ module: input }));
                """);
        SampleFunction function = SampleFunction.handler("greeter", Function.Contract.FN, "node", "app/main.mjs");

        assertThat(json(call(function, Map.of(), caller().exchange("/", EMPTY))).has("module"))
                .isTrue();
    }

    @Test
    void aFunctionsOwnFdkComesBeforeOurs() {
        under.code("greeter", "node_modules/@fnproject/fdk/package.json", "{\"main\":\"own.js\"}");
        under.code("greeter", "node_modules/@fnproject/fdk/own.js", "console.log('own fdk'); process.exit(3)");

        Caller.Heard heard = call(handled("() => 1"), Map.of(), caller().exchange("/", EMPTY));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.type()).isEqualTo("FunctionInvokeContainerInitFail");
            assertThat(failure.message()).startsWith("Container failed to initialize");
            assertThat(failure.logTail()).contains("own fdk");
        });
    }

    @Test
    void aFunctionThatNeverListensIsToldInFnsWords() {
        under.code("greeter", "func.js", "setInterval(() => {}, 1000)");
        SampleFunction function = SampleFunction.handler("greeter", Function.Contract.FN, "node", null);

        Caller.Heard heard = call(function, Map.of(), caller().exchange("/", EMPTY));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.type()).isEqualTo("FunctionInvokeContainerInitTimeout");
            assertThat(failure.message()).startsWith("Container initialization timed out");
        });
    }

    @Test
    void aSocketOutsideOfItsFolderIsNotFollowed() {
        under.code("greeter", "func.js", """
                require('fs').symlinkSync('/run/elsewhere.sock', process.env.FN_LISTENER.slice('unix:'.length));
                setInterval(() => {}, 1000);
                """);
        SampleFunction function = SampleFunction.handler("greeter", Function.Contract.FN, "node", null);

        Caller.Heard heard = call(function, Map.of(), caller().exchange("/", EMPTY));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
            assertThat(failure.message()).contains("out of its folder");
        });
    }

    @Test
    void anErrorIsToldInFnsShape() {
        Caller.Heard heard = call(function(Behaviour.FAILING), Map.of(), caller().exchange("/", EMPTY));

        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            JsonNode payload = JsonMapper.shared().readTree(failure.payload());
            assertThat(payload.path("code").asString()).isEqualTo("FunctionInvokeExecutionFailed");
            assertThat(payload.path("message").asString()).isEqualTo("function failed");
            assertThat(payload.path("detail").asString()).isEqualTo("Error: out of stock");
        });
    }
}
