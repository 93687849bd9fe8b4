// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.NettyHeaders;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request to a server and its answer. On one loop. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class UpstreamRequest {
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");
    private static final Runnable NOTHING = () -> {};

    private final Upstreams owner;
    private final Loop loop;
    private final SocketAddress address;
    private final InvokeDialect.WireRequest request;
    private final Upstreams.Sink sink;
    private @Nullable UpstreamConnection connection;
    private @Nullable BodyWriter writer;
    private @Nullable InboundBody answer;
    private boolean headSeen;
    private boolean staysOpen;
    private boolean over;

    UpstreamRequest(
            Upstreams owner, Loop loop, SocketAddress address, InvokeDialect.WireRequest request, Upstreams.Sink sink) {
        this.owner = owner;
        this.loop = loop;
        this.address = address;
        this.request = request;
        this.sink = sink;
    }

    void start() {
        UpstreamConnection kept = owner.idle(loop, address);
        if (kept == null) {
            connect();
        } else {
            write(kept);
        }
    }

    private void connect() {
        ChannelFuture connecting = Upstreams.connect(owner, (Loops.NettyLoop) loop, address);
        connecting.addListener(done -> {
            if (over) {
                connecting.channel().close();
            } else if (done.isSuccess()) {
                write(connecting.channel().pipeline().get(UpstreamConnection.class));
            } else {
                over = true;
                request.body().discard();
                sink.failed(new CloudException(
                        CloudException.Kind.UNREACHABLE,
                        "no connection to " + address + ": " + done.cause().getMessage(),
                        done.cause()));
            }
        });
    }

    private void write(UpstreamConnection to) {
        connection = to;
        to.serve(this);
        DefaultHttpRequest head =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target());
        ConnectionFields.copyEndToEnd(request.headers(), head.headers());
        head.headers().remove(HttpHeaderNames.EXPECT);
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
        InboundBody body = new InboundBody(on.channel(), length, NOTHING);
        answer = body;
        sink.answered(new InvokeDialect.WireHead(status, new NettyHeaders(response.headers())), body);
    }

    private long length(HttpResponse response, int status) {
        if (request.method().equals("HEAD") || status == 204 || status == 304) {
            return 0;
        }
        return HttpUtil.isTransferEncodingChunked(response)
                ? Body.LENGTH_UNKNOWN
                : HttpUtil.getContentLength(response, Body.LENGTH_UNKNOWN);
    }

    void content(HttpContent content) {
        InboundBody body = answer;
        if (!headSeen || body == null) {
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
        } else if (body.discarded() && !over) {
            // nobody wants the rest: cheaper to close than to hear a long answer to its end
            over = true;
            closeConnection();
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
        if (!whole && sending != null) {
            sending.stop();
        }
        on.done(staysOpen && whole);
    }

    void writable() {
        BodyWriter sending = writer;
        if (sending != null) {
            sending.writable();
        }
    }

    void connectionEnded() {
        UpstreamConnection ended = connection;
        connection = null;
        InboundBody body = answer;
        if (body != null) {
            body.fail(new BodyException(
                    BodyException.Reason.BROKEN_OFF, "the server closed the connection before its answer's end", null));
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
        BodyWriter sending = writer;
        if (sending != null) {
            sending.stop();
        }
    }

    private void connectAgain() {
        InvokeDialect.WireRequest again =
                new InvokeDialect.WireRequest(request.method(), request.target(), request.headers(), Body.empty());
        UpstreamRequest second = new UpstreamRequest(owner, loop, address, again, sink);
        next = second;
        second.connect();
    }

    private @Nullable UpstreamRequest next;

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
        if (!over) {
            over = true;
            BodyWriter sending = writer;
            if (sending != null) {
                sending.stop();
            } else {
                request.body().discard();
            }
            closeConnection();
        }
    }

    private void closeConnection() {
        UpstreamConnection on = connection;
        if (on != null) {
            on.close();
        }
    }
}
