// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.Upstreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Hosts contract {@code http}: any program that serves HTTP on {@code $PORT}. */
public final class HttpHost implements ContractHost {
    private static final Duration READY_POLL = Duration.ofMillis(3);
    private static final int CONNECT_MILLIS_MAX = 500;
    private static final int PORT_TRIES_MAX = 50;

    private final Upstreams upstreams;
    private final InvokeDialect dialect = new HttpDialect();
    private final Set<Integer> taken = ConcurrentHashMap.newKeySet();

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public HttpHost(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.HTTP;
    }

    @Override
    public boolean oneCallAtATime() {
        return false;
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
        return new Server(setup.function(), port());
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the clients by whoever made them
    }

    /** A free port that no other instance of ours was given and has not opened yet. */
    private int port() {
        for (int tries = 0; tries < PORT_TRIES_MAX; tries++) {
            try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (taken.add(probe.getLocalPort())) {
                    return probe.getLocalPort();
                }
            } catch (IOException none) {
                throw new UncheckedIOException("no free port for an instance", none);
            }
        }
        throw new IllegalStateException("no free port after " + PORT_TRIES_MAX + " tries");
    }

    private final class Server implements Hosted {
        private final Function function;
        private final InetSocketAddress address;
        private final InvokeDialect.Target target;

        Server(Function function, int port) {
            this.function = function;
            this.address = new InetSocketAddress("127.0.0.1", port);
            this.target =
                    new InvokeDialect.Target(URI.create("http://127.0.0.1:" + port), function.name(), "", Map.of());
        }

        @Override
        public Launch launch() {
            return new Launch(
                    function.spec().command(),
                    Map.of("PORT", Integer.toString(address.getPort()), "HOST", "127.0.0.1"),
                    List.of("PORT"));
        }

        @Override
        public void awaitReady() throws InterruptedException {
            while (!listens()) {
                Thread.sleep(READY_POLL);
            }
        }

        private boolean listens() {
            try (Socket socket = new Socket()) {
                socket.connect(address, CONNECT_MILLIS_MAX);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        }

        @Override
        public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
            // no signature is made for a function of our own, so no time is needed either
            InvokeDialect.WireRequest request =
                    dialect.encode(call, target, InvokeDialect.Credentials.NONE, Instant.EPOCH);
            return upstreams.send(loop, address, request, new Upstreams.Sink() {
                @Override
                public void answered(InvokeDialect.WireHead head, Body body) {
                    understand(dialect.decode(call, head), body, answers);
                }

                @Override
                public void failed(CloudException why) {
                    answers.failed(why);
                }
            });
        }

        private void understand(InvokeDialect.Verdict verdict, Body body, Place.Answers answers) {
            switch (verdict) {
                case InvokeDialect.Verdict.Streams streams ->
                    answers.outcome(streams.outcome().apply(body));
                case InvokeDialect.Verdict.NeedsWhole whole ->
                    BodyGatherer.gather(
                            body,
                            whole.bytesMax(),
                            bytes -> answers.outcome(whole.outcome().apply(bytes)),
                            broken -> answers.outcome(malformed(broken)));
                case InvokeDialect.Verdict.CloudFailed failed -> {
                    body.discard();
                    answers.failed(failed.why());
                }
            }
        }

        private Outcome malformed(BodyException broken) {
            Outcome.Failure.Reason reason = broken.reason() == BodyException.Reason.TOO_LARGE
                    ? Outcome.Failure.Reason.TOO_LARGE
                    : Outcome.Failure.Reason.MALFORMED;
            return new Outcome.Failure(
                    reason, "http", function.name() + ": its answer: " + broken.getMessage(), new byte[0], "");
        }

        @Override
        public void close() {
            upstreams.forget(address);
            taken.remove(address.getPort());
        }
    }
}
