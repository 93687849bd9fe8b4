// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.azure.AzureHost;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

class AzureCustomContractIT extends ContractOnEngine {
    private static final String FUNCTION_JSON = """
            {"bindings": [
              {"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get", "post"]},
              {"type": "http", "direction": "out", "name": "res"}]}
            """;
    private static final String HANDLER = """
            import http from 'node:http';
            let count = 0;
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => {
                if (request.method === 'GET') { response.end(); return; }
                const raw = Buffer.concat(chunks);
                const told = () => JSON.parse(raw).Data.req;
                const answer = (body) => {
                  response.setHeader('content-type', 'application/json');
                  response.end(JSON.stringify({ Outputs: { res: { statusCode: 200, body } }, Logs: [], ReturnValue: null }));
                };
                BEHAVE
              });
            }).listen(process.env.FUNCTIONS_CUSTOMHANDLER_PORT, '127.0.0.1');
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO -> "answer('hello ' + told().Body)";
                    case LARGE -> "answer('x'.repeat(101 << 20))";
                    case FAILING -> "response.writeHead(500); response.end('out of stock')";
                    case SLOW -> "setTimeout(() => answer('late'), 10000)";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case ECHO -> "response.setHeader('content-type', 'application/octet-stream'); response.end(raw)";
                    case COUNTING -> "answer(String(++count))";
                    case PRINTING ->
                        "const { who } = JSON.parse(told().Body); console.log('out ' + who);"
                                + " console.error('err ' + who); answer('')";
                    case SHELL ->
                        "answer(process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c', JSON.parse(told().Body).script + ' 2>&1']).stdout.toString())";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                };
        boolean broken = behaviour == Behaviour.BROKEN;
        under.code(
                "greeter",
                "handler.mjs",
                broken ? "console.log('no such module'); process.exit(3)" : HANDLER.replace("BEHAVE", does));
        under.code("greeter", "greet/function.json", FUNCTION_JSON);
        under.code("greeter", "host.json", hostJson(behaviour == Behaviour.ECHO));
        return SampleFunction.handler("greeter", Function.Contract.AZURE_FUNCTIONS, "custom", null)
                .memory(behaviour == Behaviour.LARGE ? "1Gi" : "256Mi");
    }

    static String hostJson(boolean forwarding) {
        return """
                {"version": "2.0", "customHandler": {
                  "description": {"defaultExecutablePath": "node", "arguments": ["handler.mjs"]},
                  "enableForwardingHttpRequest": %s}}
                """.formatted(forwarding);
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(AzureHost.REQUEST_BYTES_MAX);
    }
}
