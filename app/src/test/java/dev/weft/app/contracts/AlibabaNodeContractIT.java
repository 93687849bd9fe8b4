// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.alibaba.FcLimits;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

class AlibabaNodeContractIT extends ContractOnEngine {
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
                        "async (event) => { const { who } = JSON.parse(event); console.log('out ' + who);"
                                + " console.error('err ' + who); }";
                    case GREEDY -> "async () => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }";
                };
        under.code("greeter", "index.mjs", "export const handler = " + handler + ";\n");
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "nodejs20", "index.handler");
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(FcLimits.PAYLOAD_BYTES_MAX);
    }
}
