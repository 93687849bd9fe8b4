// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.aws.LambdaHost;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

class LambdaContractIT extends ContractOnEngine {
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
                        "async (event) => { console.log('out ' + event.who); console.error('err ' +" + " event.who); }";
                    case SHELL ->
                        "async (event) => ({ statusCode: 200, body:"
                                + " process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c',"
                                + " JSON.parse(event.body).script + ' 2>&1']).stdout.toString() })";
                    case GREEDY -> "async () => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }";
                };
        under.code("greeter", "index.mjs", "export const handler = " + handler + ";\n");
        return SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler");
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(LambdaHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    protected int binaryBytesMax() {
        return 4_000_000; // base64 makes a third more of it
    }
}
