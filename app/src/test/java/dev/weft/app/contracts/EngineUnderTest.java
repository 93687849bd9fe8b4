// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Metadata;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.app.Hosts;
import dev.weft.app.SharedHome;
import dev.weft.engine.Engine;
import dev.weft.engine.StandIn;
import dev.weft.engine.box.Isolation;
import dev.weft.engine.tools.FetchedLibraries;
import dev.weft.engine.tools.InstalledLanguages;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.Upstreams;
import dev.weft.testkit.FakeImageFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/** An engine with every contract and one stand-in, in a folder of its own; nobody calls a gateway. */
final class EngineUnderTest implements AutoCloseable {
    private static final URI NO_GATEWAY = URI.create("http://127.0.0.1:1");

    /** Libraries are fetched once for all tests of a build. */
    static final Path LIBRARIES = SharedHome.FOLDER;

    private static final long SPARE_BYTES = 256L << 20;

    final Engine engine;
    final StandIn cloud;
    final ContractHost.Libraries libraries = new FetchedLibraries(LIBRARIES, System.out::println);
    private final Path folder;
    private final Loops loops = Loops.start(2);
    private final NetworkSpace space = NetworkSpace.separate();
    private final Upstreams upstreams = new Upstreams(space);
    private final Hosts hosts;

    EngineUnderTest(Path folder) {
        this(folder, SPARE_BYTES);
    }

    /** With so much memory for processes booted ahead of their function. */
    EngineUnderTest(Path folder, long spareBytesMax) {
        this.folder = folder;
        Path home = folder.resolve("home");
        Path run = home.resolve("run/" + ProcessHandle.current().pid());
        InstantSource clock = InstantSource.system();
        hosts = Hosts.open(
                loops,
                upstreams,
                new ContractHost.Tools(new InstalledLanguages(), libraries, run.resolve("hosts"), clock));
        engine = Engine.open(
                new Engine.Config(
                        home,
                        run,
                        new Engine.Apart(Isolation.BEST, space),
                        new FakeImageFolders(),
                        clock,
                        spareBytesMax),
                hosts.all(),
                new NoGateway());
        cloud = engine.standIn(new Cloud(
                new Metadata("aws-eu", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.LOCAL, "eu-west-1", null, Map.of())));
    }

    /** A folder with one file more; the same name gives the same folder. */
    Path code(String name, String file, String text) {
        try {
            Path code = folder.resolve("code-" + name);
            Path path = code.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return code;
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** Whether functions have a network of their own. */
    boolean apart() {
        return space.apart();
    }

    Loop loop() {
        return loops.next();
    }

    @Override
    public void close() {
        engine.close();
        hosts.close();
        upstreams.close();
        space.close();
        loops.close();
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
