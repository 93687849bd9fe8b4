// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.oracle.FnHost;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

class FnNodeContractIT extends ContractOnEngine {
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
                    case PRINTING -> "({ who }) => { console.log('out ' + who); console.error('err ' + who);"
                                + " return 'printed'; }";
                    case GREEDY -> "() => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }";
                };
        return handled(handler);
    }

    private SampleFunction handled(String handler) {
        under.code("greeter", "func.js", "const fdk = require('@fnproject/fdk');\nfdk.handle(" + handler + ");\n");
        return SampleFunction.handler("greeter", Function.Contract.FN, "node20", null);
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(FnHost.PAYLOAD_BYTES_MAX);
    }
}
