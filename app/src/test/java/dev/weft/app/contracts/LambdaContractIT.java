// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LambdaContractIT extends LambdaOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String handler =
                switch (behaviour) {
                    case HELLO -> "async (event) => ({ statusCode: 200, body: 'hello ' + (event.body ?? event.who) })";
                    case FAILING -> "async () => { throw new Error('out of stock'); }";
                    case SLOW -> "() => new Promise((done) => setTimeout(done, 10000))";
                    case CRASHING -> "async () => { console.log('last words'); process.exit(7); }";
                    case BROKEN -> "console.log('no such module') || process.exit(3)";
                    case LARGE -> "async () => 'x'.repeat(7 * 1024 * 1024)";
                    case ECHO ->
                        "async (event) => ({ statusCode: 200, headers: { 'content-type':"
                                + " 'application/octet-stream' }, body: event.body, isBase64Encoded: true })";
                    case COUNTING ->
                        "async () => ({ statusCode: 200, body: String(globalThis.n = (globalThis.n ?? 0)" + " + 1) })";
                    case PRINTING ->
                        "async (event) => { const { who } = event.body ? JSON.parse(event.body) : event;"
                                + " console.log('out ' + who); console.error('err ' + who); }";
                    case SHELL ->
                        "async (event) => ({ statusCode: 200, body:"
                                + " process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c',"
                                + " JSON.parse(event.body).script + ' 2>&1']).stdout.toString() })";
                    case GREEDY -> "async () => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }";
                };
        under.code("greeter", "index.mjs", "export const handler = " + handler + ";\n");
        return SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler");
    }

    @Test
    void theEnvironmentInsideIsLambdasAndTheFunctionsOwn() {
        Path code = under.code(
                "greeter",
                "index.mjs",
                ""
                        + "export const handler = async () => ({ env: process.env, cwd: process.cwd(), argv: process.argv });\n");
        String text = event(deployed(function(), code), "{}").text();

        assertThat(text)
                .contains("\"LAMBDA_TASK_ROOT\":\"/var/task\"")
                .contains("\"LAMBDA_RUNTIME_DIR\":\"/opt/weft\"")
                .contains("\"AWS_REGION\":\"eu-west-1\"")
                .contains("\"_HANDLER\":\"index.handler\"")
                .contains("\"MINE\":\"yes\"")
                .contains("\"cwd\":\"/var/task\"")
                .doesNotContain("RUNTIME_API")
                .doesNotContain("AWS_ACCESS_KEY_ID");
    }

    @Test
    void aStreamedAnswerPassesThroughTheEngine() {
        Path code = under.code("greeter", "index.mjs", """
                export const handler = awslambda.streamifyResponse(async (event, stream) => {
                  const out = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'content-type': 'text/plain' } });
                  const piece = Buffer.alloc(1 << 16, 'x');
                  for (let i = 0; i < Number(event.body); i++) {
                    if (i === 300) throw new Error('lost the thread');
                    if (!out.write(piece)) await new Promise((go) => out.once('drain', go));
                  }
                  out.end();
                });
                """);
        Place place = deployed(function(), code);

        Caller.Heard large = exchange(place, "200");
        assertThat(large.status()).isEqualTo(201);
        assertThat(large.body().length).isEqualTo(200 << 16); // twice what an answer that does not stream may have
        assertThat(exchange(place, "400").broken()).isNotNull().hasMessageContaining("failed while it streamed");
        assertThat(exchange(place, "1").body()).hasSize(1 << 16);
    }

    @Test
    void aStreamThatItsProcessDoesNotSurviveIsBroken() {
        Path code = under.code("greeter", "index.mjs", """
                export const handler = awslambda.streamifyResponse(async (event, stream) => {
                  await new Promise((written) => stream.write('once ', written));
                  setTimeout(() => process.exit(9), 50);
                  await new Promise(() => {});
                });
                """);
        Caller.Heard heard = exchange(deployed(function(), code), "");

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.broken()).isNotNull();
    }

    private static SampleFunction function() {
        return SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler");
    }
}
