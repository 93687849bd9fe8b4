// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.resource.Function;
import dev.weft.clouds.alibaba.FcLimits;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.util.OptionalLong;

class AlibabaCustomContractIT extends ContractOnEngine {
    private static final String SERVER = """
            const http = require('node:http');
            let count = 0;
            http.createServer((request, response) => {
              const chunks = [];
              request.on('data', (chunk) => chunks.push(chunk));
              request.on('end', () => {
                const body = Buffer.concat(chunks);
                const head = request.headers;
                BEHAVE
              });
            }).listen(PORT, '0.0.0.0');
            """;

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        if (behaviour == Behaviour.BROKEN) {
            return program("console.log('no such module'); process.exit(3)");
        }
        return server(
                switch (behaviour) {
                    case HELLO -> "response.end('hello ' + body)";
                    case FAILING ->
                        "response.writeHead(404, { 'x-fc-status': '404' });"
                                + " response.end('{\"errorMessage\": \"out of stock\"}')";
                    case SLOW -> "setTimeout(() => response.end('late'), 10000)";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case LARGE -> "response.end(Buffer.alloc(33 * 1024 * 1024, 'x'))";
                    case ECHO ->
                        "response.writeHead(200, { 'content-type': 'application/octet-stream' }); response.end(body)";
                    case COUNTING -> "response.end(String(++count))";
                    case PRINTING ->
                        "const { who } = JSON.parse(body); console.log('out ' + who);"
                                + " console.error('err ' + who); response.end()";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                },
                "process.env.FC_SERVER_PORT");
    }

    private SampleFunction server(String does, String port) {
        return program(SERVER.replace("BEHAVE", does).replace("PORT,", port + ","));
    }

    private SampleFunction program(String script) {
        under.code("greeter", "server.js", script);
        Path code = under.code("greeter", "bootstrap", "#!/bin/bash\nexec node server.js\n");
        assertThat(code.resolve("bootstrap").toFile().setExecutable(true, false))
                .isTrue();
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "custom.debian10", "index.handler")
                .scale(20, 0, 10);
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(FcLimits.PAYLOAD_BYTES_MAX);
    }

    @Override
    protected boolean oneCallAtATime() {
        return false;
    }
}
