// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.azure.AzureHost;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

class AzureNodejsContractIT extends ContractOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String handler =
                switch (behaviour) {
                    case HELLO -> "async (request) => ({ body: 'hello ' + await request.text() })";
                    case LARGE -> "async () => ({ body: 'x'.repeat(101 << 20) })";
                    case FAILING -> "async () => { throw new Error('out of stock'); }";
                    case SLOW -> "() => new Promise((done) => setTimeout(done, 10000))";
                    case CRASHING -> "async () => { console.log('last words'); process.exit(7); }";
                    case BROKEN -> "console.log('no such module') || process.exit(3)";
                    case ECHO ->
                        "async (request) => ({ headers: { 'content-type': 'application/octet-stream' },"
                                + " body: Buffer.from(await request.arrayBuffer()) })";
                    case COUNTING -> "async () => ({ body: String(globalThis.n = (globalThis.n ?? 0) + 1) })";
                    case PRINTING ->
                        "async (request, context) => { const { who } = await request.json();"
                                + " context.log('out ' + who); context.error('err ' + who); }";
                    case SHELL ->
                        "async (request) => ({ body: process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c', (await request.json()).script + ' 2>&1']).stdout.toString() })";
                    case GREEDY -> "async () => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }";
                };
        under.code("greeter", "package.json", "{\"type\": \"module\", \"main\": \"src/{index.js,functions/*.js}\"}");
        under.code("greeter", "src/functions/greet.js", """
                import { app } from '@azure/functions';
                app.http('greet', { methods: ['GET', 'POST'], handler: %s });
                """.formatted(handler));
        return SampleFunction.handler("greeter", Function.Contract.AZURE_FUNCTIONS, "node20", "greet");
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(AzureHost.REQUEST_BYTES_MAX);
    }

    @Override
    protected boolean answersStream() {
        return true;
    }
}
