// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.net.multiplex.StreamPool;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Error;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request to a server and its answer. On one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class UpstreamRequest {
    /**
     * An answer's head, whatever protocol it came by.
     *
     * @param length of the body, or {@link Body#LENGTH_UNKNOWN}
     * @param staysOpen whether the connection may serve another request after it
     */
    record AnswerHead(int status, Headers fields, long length, boolean staysOpen) {}

    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");
    /** How long the rest of an answer that nobody wants may take to come. */
    private static final Duration UNWANTED_MAX = Duration.ofMillis(500);

    private final Upstreams owner;
    private final Loop loop;
    private final Upstreams.Server server;
    private final SocketAddress address;
    private final InvokeDialect.WireRequest request;
    private final Upstreams.Sink sink;
    private @Nullable UpstreamConnection connection;
    private @Nullable BodyWriter writer;
    private @Nullable InboundBody answer;
    private @Nullable UpstreamRequest next;
    private boolean upgradable;
    private boolean headSeen;
    private boolean staysOpen;
    private boolean over;

    UpstreamRequest(
            Upstreams owner,
            Loop loop,
            Upstreams.Server server,
            InvokeDialect.WireRequest request,
            Upstreams.Sink sink) {
        this.owner = owner;
        this.loop = loop;
        this.server = server;
        this.address = server.address();
        this.request = request;
        this.sink = sink;
    }

    void start() {
        if (http2()) {
            connect();
            return;
        }
        UpstreamConnection kept = owner.idle(loop, address);
        if (kept == null) {
            connect();
        } else {
            write(kept);
        }
    }

    private boolean http2() {
        return server.protocol() == Upstreams.Protocol.HTTP_2;
    }

    /** For a stream, which is a connection of its own to us: for this request alone. */
    private void askForStream() {
        Loops.NettyLoop on = (Loops.NettyLoop) loop;
        owner.streams(on, address).open(new StreamPool.Asked() {
            @Override
            public void opened(Channel stream, boolean reused) {
                if (over) {
                    stream.close();
                    return;
                }
                UpstreamConnection connected = UpstreamConnection.ofStream(owner, on, stream, address, reused);
                stream.pipeline().addLast(connected);
                write(connected);
            }

            @Override
            public void refused(CloudException why) {
                notConnected(why);
            }
        });
    }

    private void connect() {
        if (http2()) {
            askForStream();
            return;
        }
        ChannelFuture connecting = Upstreams.connect(owner, (Loops.NettyLoop) loop, address);
        connecting.addListener(done -> {
            if (over) {
                connecting.channel().close();
            } else if (done.isSuccess()) {
                write(connecting.channel().pipeline().get(UpstreamConnection.class));
            } else {
                String why = "no connection to " + address + ": " + done.cause().getMessage();
                notConnected(new CloudException(CloudException.Kind.UNREACHABLE, why, done.cause()));
            }
        });
    }

    private void notConnected(CloudException why) {
        if (!over) {
            over = true;
            request.body().discard();
            sink.failed(why);
        }
    }

    private void write(UpstreamConnection to) {
        connection = to;
        to.serve(this);
        RequestOut written = http2()
                ? RequestOut.stream(to.outlet(), request, address)
                : RequestOut.plain(to.outlet(), request, address);
        upgradable = written.upgradable();
        BodyWriter bodyWriter = new BodyWriter(written.body(), request.body(), () -> {}, this::notSent);
        writer = bodyWriter;
        to.outlet().flushSoon();
        request.body().read(bodyWriter);
    }

    /** Our caller broke off while sending: the server must not take a part for the whole. */
    private void notSent(BodyException cause) {
        if (!over && !headSeen) {
            over = true;
            closeConnection();
            // a body that passed a limit would pass it anywhere
            CloudException.Kind kind =
                    switch (cause.reason()) {
                        case TOO_LARGE -> CloudException.Kind.TOO_LARGE;
                        case BROKEN_OFF, TIMED_OUT, MALFORMED -> CloudException.Kind.UNKNOWN;
                    };
            sink.failed(new CloudException(kind, "the request's body broke off: " + cause.getMessage(), cause));
        } else {
            closeConnection();
        }
    }

    /** Whether an answer with that status has no body, whatever its head says. */
    boolean bodiless(int status) {
        return request.method().equals("HEAD") || status == 204 || status == 304;
    }

    void head(AnswerHead head) {
        headSeen = true;
        staysOpen = head.staysOpen();
        UpstreamConnection on = connection;
        if (over || on == null) {
            closeConnection();
            return;
        }
        InboundBody body = new InboundBody(on.channel(), head.length(), () -> {});
        body.onDiscard(this::unwanted);
        answer = body;
        sink.answered(new InvokeDialect.WireHead(head.status(), head.fields()), body);
    }

    /** The answer is 101. */
    void switched(Headers fields) {
        UpstreamConnection on = connection;
        if (over || on == null) {
            closeConnection();
        } else if (upgradable) {
            over = true;
            TunnelEnd tunnel = on.becomesTunnel();
            sink.switched(new InvokeDialect.WireHead(101, fields), tunnel.incoming(), tunnel::send);
        } else {
            fail("the server switched protocols unasked", null);
        }
    }

    /** What comes is no HTTP. */
    void malformed(@Nullable Throwable cause) {
        InboundBody body = answer;
        if (body == null) {
            fail("the server's answer breaks HTTP's rules", cause);
        } else {
            body.fail(
                    new BodyException(BodyException.Reason.MALFORMED, "the server's body breaks HTTP's rules", cause));
            closeConnection();
        }
    }

    void bytes(ByteBuf some) {
        InboundBody body = answer;
        if (body == null) {
            some.release();
            return;
        }
        body.receive(some);
        if (body.discarded() && body.received() != body.length()) {
            giveUp(); // cheaper than to hear a long answer to its end
        }
    }

    void ended(Headers trailers) {
        InboundBody body = answer;
        if (body != null) {
            over = true;
            release();
            body.end(trailers);
        }
    }

    /** The reader has gone: a short rest is heard away, so that the connection can be kept; else the server is told. */
    private void unwanted() {
        if (http2()) {
            giveUp();
        } else {
            Loop.Timer ignored = loop.after(UNWANTED_MAX, this::giveUp);
        }
    }

    private void giveUp() {
        if (over) {
            return;
        }
        over = true;
        if (writer == null) {
            request.body().discard();
        }
        stopSending();
        closeConnection();
    }

    private void stopSending() {
        BodyWriter sending = writer;
        if (sending != null) {
            sending.stop();
        }
    }

    private void release() {
        UpstreamConnection on = connection;
        BodyWriter sending = writer;
        connection = null;
        if (on == null) {
            return;
        }
        boolean whole = sending != null && sending.over();
        stopSending();
        on.done(staysOpen && whole);
    }

    void writable() {
        BodyWriter sending = writer;
        if (sending != null) {
            sending.writable();
        }
    }

    /**
     * HTTP/2: the server gave up the request, and its stream has ended.
     *
     * @param untouched whether it says that it has done nothing about it, so that it may be sent again
     */
    void givenUp(Http2Error error, boolean untouched) {
        connection = null;
        InboundBody body = answer;
        stopSending();
        String how = "gave up the request, HTTP/2 error " + error;
        boolean tooShort = body != null && body.length() != Body.LENGTH_UNKNOWN && body.received() < body.length();
        if (body != null && error == Http2Error.NO_ERROR && !tooShort) {
            over = true;
            body.end(Headers.none()); // Node ends answers so, too
        } else if (body != null) {
            body.fail(broken(how));
        } else if (!over) {
            over = true;
            CloudException.Kind kind = untouched ? CloudException.Kind.UNREACHABLE : CloudException.Kind.UNKNOWN;
            sink.failed(new CloudException(kind, address + ": the server " + how, null));
        }
    }

    private static BodyException broken(String how) {
        return new BodyException(BodyException.Reason.BROKEN_OFF, "the server " + how, null);
    }

    void connectionEnded() {
        UpstreamConnection ended = connection;
        connection = null;
        InboundBody body = answer;
        if (body != null) {
            body.fail(broken("closed the connection before its answer's end"));
        } else if (!over) {
            boolean repeatable = ended != null
                    && ended.reused()
                    && request.body().length() == 0
                    && IDEMPOTENT.contains(request.method());
            if (repeatable) {
                writer = null;
                connectAgain();
            } else {
                fail("the server closed the connection without an answer", null);
            }
        }
        stopSending();
    }

    private void connectAgain() {
        InvokeDialect.WireRequest again =
                new InvokeDialect.WireRequest(request.method(), request.target(), request.headers(), Body.empty());
        UpstreamRequest second = new UpstreamRequest(owner, loop, server, again, sink);
        next = second;
        second.connect();
    }

    private void fail(String what, @Nullable Throwable cause) {
        if (!over) {
            over = true;
            closeConnection();
            sink.failed(new CloudException(CloudException.Kind.UNKNOWN, address + ": " + what, cause));
        }
    }

    void cancel() {
        UpstreamRequest second = next;
        if (second != null) {
            second.cancel();
        }
        giveUp();
    }

    private void closeConnection() {
        UpstreamConnection on = connection;
        if (on != null) {
            on.close();
        }
    }
}
