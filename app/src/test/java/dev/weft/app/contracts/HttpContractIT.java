// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Loop;
import dev.weft.engine.HttpHost;
import dev.weft.net.Loops;
import dev.weft.net.Upstreams;
import dev.weft.testkit.ContractHostContract;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class HttpContractIT extends ContractHostContract {
    private static final String SERVER = """
            import http from 'node:http';
            http.createServer((request, response) => {
              let body = '';
              request.on('data', (chunk) => body += chunk);
              request.on('end', () => { BEHAVE });
            }).listen(process.env.PORT, process.env.HOST);
            """;

    @TempDir
    Path folder;

    private Loops loops;
    private Upstreams upstreams;
    private EngineUnderTest under;

    @BeforeEach
    void open() {
        loops = Loops.start(2);
        upstreams = new Upstreams();
        under = new EngineUnderTest(folder, loops, new HttpHost(upstreams));
    }

    @AfterEach
    void close() {
        under.close();
        upstreams.close();
        loops.close();
    }

    @Override
    protected FunctionCloud cloud() {
        return under.cloud;
    }

    @Override
    protected Loop loop() {
        return loops.next();
    }

    @Override
    protected Instant now() {
        return InstantSource.system().instant();
    }

    @Override
    protected Fixture fixture(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO, LARGE -> "response.end('hello ' + body)";
                    case FAILING -> "response.writeHead(500); response.end('out of stock')";
                    case SLOW -> "setTimeout(() => response.end('late'), 10000)";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                };
        String server = behaviour == Behaviour.BROKEN
                ? "console.log('no such module'); process.exit(3)"
                : SERVER.replace("BEHAVE", does);
        SampleFunction function = SampleFunction.http("greeter", "node", "server.mjs");
        return new Fixture(
                behaviour == Behaviour.SLOW ? function.timeout(SLOW_TIMEOUT) : function,
                under.code("greeter", "server.mjs", server));
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.empty();
    }
}
