// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.testkit.SampleFunction;

class HttpContractIT extends ContractOnEngine {
    private static final String SERVER = """
            import http from 'node:http';
            let count = 0;
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => { const body = Buffer.concat(chunks); BEHAVE });
            }).listen(process.env.PORT, process.env.HOST);
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO, LARGE -> "response.end('hello ' + body)";
                    case FAILING -> "response.writeHead(500); response.end('out of stock')";
                    case SLOW -> "setTimeout(() => response.end('late'), 10000)";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case ECHO -> "response.end(body)";
                    case COUNTING -> "response.end(String(++count))";
                    case PRINTING ->
                        "const { who } = JSON.parse(body); console.log('out ' + who);"
                                + " console.error('err ' + who); response.end()";
                    case SHELL ->
                        "response.end(process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c',"
                                + " JSON.parse(body).script + ' 2>&1']).stdout)";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                };
        under.code(
                "greeter",
                "server.mjs",
                behaviour == Behaviour.BROKEN
                        ? "console.log('no such module'); process.exit(3)"
                        : SERVER.replace("BEHAVE", does));
        return SampleFunction.http("greeter", "node", "server.mjs");
    }

    /** What it answers is what the caller gets. */
    @Override
    int failingStatus() {
        return 500;
    }

    @Override
    String language(SampleFunction function) {
        return "any program, here Node.js";
    }

    @Override
    protected boolean oneCallAtATime() {
        return false;
    }
}
