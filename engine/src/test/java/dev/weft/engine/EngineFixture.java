// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Metadata;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.engine.box.Isolation;
import dev.weft.engine.http.HttpHost;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.Upstreams;
import dev.weft.testkit.Caller;
import dev.weft.testkit.FakeImageFolders;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** An engine with the http contract in a folder of its own. */
final class EngineFixture implements AutoCloseable {
    static final String SERVER = """
            import http from 'node:http';
            import fs from 'node:fs';
            http.createServer((request, response) => {
              let body = '';
              request.on('data', (chunk) => body += chunk);
              request.on('end', () => {
                const path = request.url;
                if (path === '/slow') { setTimeout(() => response.end('slow'), 10000); return; }
                if (path === '/wait') { setTimeout(() => response.end('waited'), 300); return; }
                if (path === '/crash') { console.log('last words'); process.exit(7); }
                if (path === '/env') { response.end(JSON.stringify(process.env)); return; }
                if (path === '/run') {
                  let said; try { said = String(eval(body)); } catch (error) { said = 'refused ' + error.message; }
                  response.end(said); return;
                }
                response.end('VERSION ' + body);
              });
            }).listen(process.env.PORT, process.env.HOST);
            """;

    final Path folder;
    final Path run;
    final Loops loops = Loops.start(2);
    final InstantSource clock = InstantSource.system();
    final NetworkSpace space;
    final Upstreams upstreams;
    final FakeImageFolders images = new FakeImageFolders();
    final Engine engine;
    final StandIn cloud;

    EngineFixture(Path folder, Isolation isolation) {
        this.space = isolation == Isolation.NONE ? NetworkSpace.own() : NetworkSpace.separate();
        this.upstreams = new Upstreams(space);
        this.folder = folder;
        this.run = folder.resolve("home/run/" + ProcessHandle.current().pid());
        this.engine = Engine.open(
                new Engine.Config(folder.resolve("home"), run, new Engine.Apart(isolation, space), images, clock, 0),
                List.of(new HttpHost(upstreams)),
                new Addresses());
        this.cloud = engine.standIn(new Cloud(
                new Metadata("here", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.LOCAL, null, null, Map.of())));
    }

    /** Puts the server under that name, answering with that version. */
    FunctionCloud.Deployed deploy(SampleFunction function, String version) {
        return deploy(function, SERVER.replace("VERSION", version), Map.of("GREETING", "it's $HOME\nand more"));
    }

    FunctionCloud.Deployed deploy(SampleFunction function, String server, Map<String, String> env) {
        try {
            Path code = Files.createDirectories(folder.resolve("code-" + function.name()));
            Files.writeString(code.resolve("server.mjs"), server);
            return cloud.deploy(new FunctionCloud.Deployment(function.function(), code, env));
        } catch (IOException unwritable) {
            throw new AssertionError(unwritable);
        }
    }

    static SampleFunction server(String name) {
        return SampleFunction.http(name, "node", "server.mjs");
    }

    Caller caller() {
        return new Caller(loops.next(), clock.instant());
    }

    Caller.Heard call(String function, String path, String body) {
        Caller caller = caller();
        return caller.call(
                cloud.place(function), caller.exchange(path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    /** Waits until it holds, for ten seconds at most. */
    static boolean eventually(BooleanSupplier claim) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!claim.getAsBoolean()) {
            if (System.nanoTime() > until) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    @Override
    public void close() {
        engine.close();
        upstreams.close();
        space.close();
        loops.close();
    }

    /** No gateway is there: functions of these tests call nobody. */
    private static final class Addresses implements ContractHost.GatewayAddresses {
        @Override
        public Address open(Serving serving) {
            return new Address() {
                @Override
                public URI uri() {
                    return URI.create("http://127.0.0.1:8080");
                }

                @Override
                public void close() {
                    // there is no port
                }
            };
        }

        @Override
        public URI plain() {
            return URI.create("http://127.0.0.1:8080");
        }
    }
}
