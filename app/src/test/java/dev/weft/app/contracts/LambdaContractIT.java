// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Loop;
import dev.weft.clouds.aws.LambdaHost;
import dev.weft.net.Loops;
import dev.weft.testkit.ContractHostContract;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class LambdaContractIT extends ContractHostContract {
    @TempDir
    Path folder;

    private Loops loops;
    private LambdaHost host;
    private EngineUnderTest under;

    @BeforeEach
    void open() {
        loops = Loops.start(2);
        host = LambdaHost.open(loops, folder.resolve("lambda"), InstantSource.system());
        under = new EngineUnderTest(folder, loops, host);
    }

    @AfterEach
    void close() {
        under.close();
        host.close();
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
        String handler =
                switch (behaviour) {
                    case HELLO -> "async (event) => ({ statusCode: 200, body: 'hello ' + (event.body ?? event.who) })";
                    case FAILING -> "async () => { throw new Error('out of stock'); }";
                    case SLOW -> "() => new Promise((done) => setTimeout(done, 10000))";
                    case CRASHING -> "async () => { console.log('last words'); process.exit(7); }";
                    case BROKEN -> "console.log('no such module') || process.exit(3)";
                    case LARGE -> "async () => 'x'.repeat(7 * 1024 * 1024)";
                };
        SampleFunction function =
                SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler");
        return new Fixture(
                behaviour == Behaviour.SLOW ? function.timeout(SLOW_TIMEOUT) : function,
                under.code("greeter", "index.mjs", "export const handler = " + handler + ";\n"));
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(LambdaHost.PAYLOAD_BYTES_MAX);
    }
}
