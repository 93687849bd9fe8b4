// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Metadata;
import dev.weft.api.spi.ContractHost;
import dev.weft.engine.Engine;
import dev.weft.engine.Isolation;
import dev.weft.engine.StandIn;
import dev.weft.net.Loops;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** An engine with one contract host and one stand-in, in a folder of its own; nobody calls a gateway. */
final class EngineUnderTest implements AutoCloseable {
    private static final URI NO_GATEWAY = URI.create("http://127.0.0.1:1");

    final Engine engine;
    final StandIn cloud;
    private final Path folder;

    EngineUnderTest(Path folder, Loops loops, ContractHost host) {
        this.folder = folder;
        Path home = folder.resolve("home");
        engine = Engine.open(
                new Engine.Config(
                        home,
                        home.resolve("run/" + ProcessHandle.current().pid()),
                        Isolation.BEST,
                        InstantSource.system()),
                List.of(host),
                new NoGateway(),
                loops);
        cloud = engine.standIn(new Cloud(
                new Metadata("aws-eu", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.LOCAL, "eu-west-1", null, Map.of())));
    }

    /** A folder with one file. */
    Path code(String name, String file, String text) {
        try {
            Path code = Files.createDirectories(folder.resolve("code-" + name));
            Files.writeString(code.resolve(file), text);
            return code;
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    @Override
    public void close() {
        engine.close();
    }

    private static final class NoGateway implements ContractHost.GatewayAddresses {
        @Override
        public Address open(Serving serving) {
            return new Address() {
                @Override
                public URI uri() {
                    return NO_GATEWAY;
                }

                @Override
                public void close() {
                    // there is no port
                }
            };
        }

        @Override
        public URI plain() {
            return NO_GATEWAY;
        }
    }
}
