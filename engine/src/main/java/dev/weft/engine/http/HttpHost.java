// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Call;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.engine.tools.Programs;
import dev.weft.net.InstanceServer;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Hosts contract {@code http}: any program that serves HTTP on {@code $PORT}. */
public final class HttpHost implements ContractHost {
    private final Upstreams upstreams;
    private final InvokeDialect dialect = new HttpDialect();

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public HttpHost(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.HTTP;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return function.spec().concurrency() == 1;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        List<Mistake> mistakes = new ArrayList<>();
        if (!java.nio.file.Files.isDirectory(code)) {
            mistakes.add(Mistake.at(
                    "spec.code.path", function.spec().code().path(), "there is no folder " + code.toAbsolutePath()));
        }
        List<String> command = function.spec().command();
        if (command.isEmpty()) {
            mistakes.add(Mistake.at(
                    "spec.command",
                    null,
                    "contract http needs the command that starts its server, for example [node, server.mjs]"));
        } else {
            program(command.getFirst(), code, mistakes);
        }
        return mistakes;
    }

    private static void program(String program, Path code, List<Mistake> mistakes) {
        if (program.contains("/") && !program.startsWith("/")) {
            Path file = code.resolve(program);
            if (java.nio.file.Files.isDirectory(code) && !java.nio.file.Files.isExecutable(file)) {
                mistakes.add(Mistake.at(
                        "spec.command[0]", program, "there is no program " + file + ", or it is not executable"));
            }
        } else if (Programs.find(program) == null) {
            mistakes.add(Mistake.at(
                    "spec.command[0]", program, "this program is not installed, or not on the PATH that Weft sees"));
        }
    }

    @Override
    public Hosted open(Setup setup) {
        return new Server(
                setup.function(),
                InstanceServer.onPort(upstreams, setup.function().name()));
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the clients by whoever made them
    }

    private final class Server implements Hosted {
        private final Function function;
        private final InstanceServer server;

        Server(Function function, InstanceServer server) {
            this.function = function;
            this.server = server;
        }

        @Override
        public Launch launch() {
            return new Launch(
                    new Program.Command(function.spec().command()),
                    Map.of("PORT", Integer.toString(server.port()), "HOST", "127.0.0.1"),
                    List.of("PORT"));
        }

        @Override
        public void awaitReady() throws InterruptedException {
            server.awaitListening();
        }

        @Override
        public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
            // no signature is made for a function of our own, so no time is needed either
            return server.call(dialect, () -> Instant.EPOCH, call, loop, answers);
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
