// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;

class OpenWhiskNodeContractIT extends OpenWhiskContract {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String main =
                switch (behaviour) {
                    case HELLO -> "return { body: 'hello ' + p.who }";
                    case FAILING -> "throw new Error('out of stock')";
                    case SLOW -> "return new Promise((done) => setTimeout(done, 10000))";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case LARGE -> "return { body: 'x'.repeat(2 * 1024 * 1024) }";
                    case ECHO ->
                        "return { headers: { 'content-type': 'application/octet-stream' }, body: p.__ow_body }";
                    case COUNTING -> "return { body: String(++count) }";
                    case PRINTING -> "console.log('out ' + p.who); console.error('err ' + p.who)";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                };
        under.code(
                "greeter",
                "index.js",
                behaviour == Behaviour.BROKEN
                        ? "console.log('no such module'); process.exit(3)"
                        : "let count = 0;\nfunction main(p) { " + main + "; }\n");
        return named("main");
    }

    @Override
    SampleFunction named(String handler) {
        return SampleFunction.handler("greeter", Function.Contract.OPENWHISK, "nodejs:20", handler);
    }

    @Override
    void write(String file, String text) {
        under.code("greeter", file, text);
    }

    @Override
    String printsItsContext() {
        return "function main(p) { return { parameters: p, env: process.env, cwd: process.cwd() } }";
    }

    @Override
    String answers(String json) {
        return "function main() { return " + json + "; }";
    }

    @Override
    String file() {
        return "index.js";
    }

    @Override
    String runtime() {
        return "nodejs:20";
    }
}
