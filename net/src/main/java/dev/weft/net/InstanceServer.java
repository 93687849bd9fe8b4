// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.system.ListeningSockets;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * The HTTP server that an instance's process runs, seen from outside: its address, whether it listens, and calls to it in
 * one dialect. For contract hosts whose vendor's runtime is such a server.
 */
public final class InstanceServer implements AutoCloseable {
    private static final Duration READY_POLL = Duration.ofMillis(2);
    private static final int PORT_TRIES_MAX = 50;
    /**
     * Ports of instances are below those that the kernel gives out by itself (from 32,768 on Linux): between choosing one and the
     * process listening on it, one of those could become an instance's gateway address or the near end of a connection.
     */
    private static final int PORT_FIRST = 15_000;

    private static final int PORT_LAST = 32_767;

    private final Upstreams upstreams;
    private final SocketAddress address;
    private final Upstreams.Server server;
    private final InvokeDialect.Target target;

    private InstanceServer(Upstreams upstreams, Upstreams.Server server, InvokeDialect.Target target) {
        this.upstreams = upstreams;
        this.server = server;
        this.address = server.address();
        this.target = target;
    }

    /** A server that will listen on a port of loopback; takes a free one that no other instance of ours has. */
    public static InstanceServer onPort(Upstreams upstreams, String function) {
        return onPort(upstreams, Upstreams.Protocol.HTTP_1, function);
    }

    /** The same, for a server that speaks {@code protocol}. */
    public static InstanceServer onPort(Upstreams upstreams, Upstreams.Protocol protocol, String function) {
        return onPort(upstreams, freePort(upstreams), protocol, function);
    }

    /** A server of ours that chose {@code port} of loopback itself; the caller knows that it is ours. */
    public static InstanceServer onKnownPort(Upstreams upstreams, int port, String function) {
        return onPort(upstreams, port, Upstreams.Protocol.HTTP_1, function);
    }

    private static InstanceServer onPort(Upstreams upstreams, int port, Upstreams.Protocol protocol, String function) {
        return new InstanceServer(
                upstreams,
                new Upstreams.Server(new InetSocketAddress("127.0.0.1", port), protocol),
                new InvokeDialect.Target(URI.create("http://127.0.0.1:" + port), function, "", Map.of()));
    }

    /** A server that will listen on a unix socket at {@code path}, at most 100 characters long. */
    public static InstanceServer onSocket(Upstreams upstreams, Path path, String function) {
        return new InstanceServer(
                upstreams,
                new Upstreams.Server(UnixDomainSocketAddress.of(path), Upstreams.Protocol.HTTP_1),
                new InvokeDialect.Target(URI.create("http://localhost"), function, "", Map.of()));
    }

    private static int freePort(Upstreams upstreams) {
        for (int tries = 0; tries < PORT_TRIES_MAX; tries++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_FIRST, PORT_LAST + 1);
            try (ServerSocketChannel probe =
                    upstreams.space().insideOrFail(() -> ServerSocketChannel.open(StandardProtocolFamily.INET))) {
                probe.bind(new InetSocketAddress("127.0.0.1", port), 1);
                if (upstreams.take(port)) {
                    return port;
                }
            } catch (BindException taken) {
                // another program has it: the next one may be free
            } catch (IOException none) {
                throw new java.io.UncheckedIOException("no free port for an instance", none);
            }
        }
        throw new IllegalStateException("no free port after " + PORT_TRIES_MAX + " tries");
    }

    /** The port, for the process to listen on; 0 for a unix socket. */
    public int port() {
        return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
    }

    /** Waits until it accepts a connection. */
    public void awaitListening() throws InterruptedException {
        while (!listens()) {
            Thread.sleep(READY_POLL);
        }
    }

    /** Whether it accepts a connection now. */
    public boolean listens() {
        StandardProtocolFamily family =
                address instanceof InetSocketAddress ? StandardProtocolFamily.INET : StandardProtocolFamily.UNIX;
        try (SocketChannel probe = upstreams.space().insideOrFail(() -> SocketChannel.open(family))) {
            return probe.connect(address);
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * The addresses beyond loopback on which it can be reached from other machines. Empty where functions have a network
     * of their own, and where this can't be known: on other systems than Linux.
     */
    public List<String> exposedAt() {
        return upstreams.space().apart() || port() == 0 ? List.of() : ListeningSockets.exposing(port());
    }

    /**
     * Calls it: one request as {@code dialect} writes it, and its answer as the dialect reads it. On {@code loop}. A body
     * beyond the dialect's limit fails as TOO_LARGE before anything is sent.
     */
    public Place.Attempt call(InvokeDialect dialect, InstantSource clock, Call call, Loop loop, Place.Answers answers) {
        return switch (dialect.bodyNeed(call)) {
            case InvokeDialect.BodyNeed.Stream _ -> send(dialect, clock, call, loop, answers);
            case InvokeDialect.BodyNeed.Whole(long bytesMax) -> {
                Gathering gathering = new Gathering();
                BodyGatherer.gather(
                        call.body(),
                        bytesMax,
                        bytes -> gathering.go(send(dialect, clock, call.with(Body.of(bytes)), loop, answers)),
                        broken -> answers.failed(refused(broken)));
                yield gathering;
            }
        };
    }

    private Place.Attempt send(
            InvokeDialect dialect, InstantSource clock, Call call, Loop loop, Place.Answers answers) {
        InvokeDialect.WireRequest request;
        try {
            request = dialect.encode(call, target, InvokeDialect.Credentials.NONE, clock.instant());
        } catch (CloudException refused) {
            call.body().discard();
            answers.failed(refused);
            return () -> {};
        }
        return upstreams.send(loop, server, request, new Upstreams.Sink() {
            @Override
            public void answered(InvokeDialect.WireHead head, Body body) {
                understand(dialect.decode(call, head), body, answers);
            }

            @Override
            public void switched(InvokeDialect.WireHead head, Body body, Consumer<Body> toServer) {
                answers.outcome(new Outcome.Upgraded(head.headers(), body, toServer));
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
                        broken -> answers.outcome(notWhole(broken)));
            case InvokeDialect.Verdict.Reads reads -> reads.reader().accept(body, answers);
            case InvokeDialect.Verdict.CloudFailed failed -> {
                body.discard();
                answers.failed(failed.why());
            }
        }
    }

    private static CloudException refused(BodyException broken) {
        CloudException.Kind kind =
                switch (broken.reason()) {
                    case TOO_LARGE -> CloudException.Kind.TOO_LARGE;
                    case BROKEN_OFF, TIMED_OUT, MALFORMED -> CloudException.Kind.INVALID;
                };
        return new CloudException(kind, "request: " + broken.getMessage(), broken);
    }

    private Outcome notWhole(BodyException broken) {
        Outcome.Failure.Reason reason = broken.reason() == BodyException.Reason.TOO_LARGE
                ? Outcome.Failure.Reason.TOO_LARGE
                : Outcome.Failure.Reason.MALFORMED;
        return new Outcome.Failure(
                reason, "answer", target.name() + ": its answer: " + broken.getMessage(), new byte[0], "");
    }

    /** Its process is ending: idle connections go, and the port may be given to another. */
    @Override
    public void close() {
        upstreams.forget(address);
        upstreams.giveBack(port());
    }

    /** A call whose body is still being read, then the request itself; on the call's loop. */
    private static final class Gathering implements Place.Attempt {
        private Place.Attempt request = () -> {};
        private boolean cancelled;

        void go(Place.Attempt sent) {
            request = sent;
            if (cancelled) {
                sent.cancel();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            request.cancel();
        }
    }
}
