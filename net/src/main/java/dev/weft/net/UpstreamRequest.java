// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.net.multiplex.StreamPool;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.NettyHeaders;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request to a server and its answer. On one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class UpstreamRequest {
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
        DefaultHttpRequest head =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target());
        boolean asksUpgrade = ConnectionFields.copyEndToEnd(request.headers(), head.headers());
        String protocol = asksUpgrade && !http2() ? request.headers().first("upgrade") : null;
        if (protocol != null && request.body().length() == 0) {
            upgradable = true;
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
            head.headers().set(HttpHeaderNames.UPGRADE, protocol);
        }
        head.headers().remove(HttpHeaderNames.EXPECT);
        if (http2()) {
            head.headers().set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS); // gRPC servers insist on it
        }
        Body body = request.body();
        if (body.length() != 0 || !bodiless()) {
            ConnectionFields.frame(head.headers(), body, true);
        }
        if (!head.headers().contains(HttpHeaderNames.HOST)) {
            head.headers().set(HttpHeaderNames.HOST, host());
        }
        to.channel().write(head, to.channel().voidPromise());
        BodyWriter bodyWriter = new BodyWriter(to.channel(), body, to::flushSoon, this::sent, this::notSent);
        writer = bodyWriter;
        to.flushSoon();
        body.read(bodyWriter);
    }

    private String host() {
        return address instanceof InetSocketAddress internet
                ? internet.getHostString() + ':' + internet.getPort()
                : "localhost";
    }

    private boolean bodiless() {
        return request.method().equals("GET") || request.method().equals("HEAD");
    }

    private void sent(Headers trailers) {
        UpstreamConnection to = connection;
        if (to != null) {
            to.channel().write(BodyWriter.last(trailers), to.channel().voidPromise());
            to.flushSoon();
        }
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

    void head(HttpResponse response) {
        int status = response.status().code();
        if (status >= 100 && status < 200 && status != 101) {
            return;
        }
        if (status == 101 && upgradable && !response.decoderResult().isFailure()) {
            switched(response);
            return;
        }
        if (response.decoderResult().isFailure() || status == 101) {
            fail(
                    "the server's answer breaks HTTP's rules",
                    response.decoderResult().cause());
            return;
        }
        headSeen = true;
        staysOpen = HttpUtil.isKeepAlive(response);
        UpstreamConnection on = connection;
        if (over || on == null) {
            closeConnection();
            return;
        }
        long length = length(response, status);
        InboundBody body = new InboundBody(on.channel(), length, () -> {});
        body.onDiscard(this::unwanted);
        answer = body;
        sink.answered(new InvokeDialect.WireHead(status, new NettyHeaders(response.headers())), body);
    }

    private void switched(HttpResponse response) {
        UpstreamConnection on = connection;
        if (over || on == null) {
            closeConnection();
            return;
        }
        over = true;
        TunnelEnd tunnel = on.becomesTunnel();
        sink.switched(
                new InvokeDialect.WireHead(101, new NettyHeaders(response.headers())), tunnel.incoming(), tunnel::send);
    }

    private long length(HttpResponse response, int status) {
        boolean ended = response instanceof LastHttpContent; // HTTP/2: the head was all, as in gRPC's trailers-only
        if (request.method().equals("HEAD") || status == 204 || status == 304 || ended) {
            return 0;
        }
        return HttpUtil.isTransferEncodingChunked(response)
                ? Body.LENGTH_UNKNOWN
                : HttpUtil.getContentLength(response, Body.LENGTH_UNKNOWN);
    }

    void content(HttpContent content) {
        InboundBody body = answer; // there is one once the head has been seen
        if (body == null) {
            content.release(); // belongs to an interim answer
            return;
        }
        if (content.decoderResult().isFailure()) {
            Throwable cause = content.decoderResult().cause();
            content.release();
            body.fail(
                    new BodyException(BodyException.Reason.MALFORMED, "the server's body breaks HTTP's rules", cause));
            closeConnection();
            return;
        }
        boolean last = content instanceof LastHttpContent;
        Headers trailers = last ? new NettyHeaders(((LastHttpContent) content).trailingHeaders()) : Headers.none();
        body.receive(content.content());
        if (last) {
            over = true;
            release();
            body.end(trailers);
        } else if (body.discarded()) {
            giveUp(); // cheaper than to hear a long answer to its end
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
