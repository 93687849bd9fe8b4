// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.spi.Loop;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.NettyHeaders;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request and its answer on a connection. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class WireExchange implements ServerExchange {
    private static final Runnable NOTHING = () -> {};

    private final ServerConnection connection;
    private final RequestHead head;
    private final NettyHeaders headers;
    private final boolean modern;
    private final boolean upgradable;
    private boolean staysOpen;
    private @Nullable BodyWriter writer;
    private boolean responded;
    private boolean answerEnded;
    private Runnable onCallerGone = NOTHING;
    private @Nullable Runnable onOver;
    final InboundBody requestBody;

    WireExchange(ServerConnection connection, RequestHead head, HttpRequest request) {
        this.connection = connection;
        this.head = head;
        this.headers = new NettyHeaders(request.headers());
        this.modern = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        this.staysOpen = ServerConnection.staysOpen(request);
        long length = HttpUtil.isTransferEncodingChunked(request)
                ? Body.LENGTH_UNKNOWN
                : HttpUtil.getContentLength(request, 0L);
        this.upgradable = modern && length == 0 && ConnectionFields.asksUpgrade(request.headers());
        this.requestBody = new InboundBody(connection.channel(), length, head.continues() ? this::goOn : NOTHING);
    }

    private void goOn() {
        if (!responded) {
            connection
                    .channel()
                    .writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    @Override
    public Loop loop() {
        return connection.loop();
    }

    @Override
    public RequestLine line() {
        return head.line();
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public Body body() {
        return requestBody;
    }

    @Override
    public String callerAddress() {
        return connection.channel().remoteAddress().getAddress().getHostAddress();
    }

    @Override
    public String authority() {
        return head.authority();
    }

    @Override
    public String scheme() {
        return connection.scheme();
    }

    @Override
    public void respond(int status, Headers fields, Body body) {
        if (responded || !connection.channel().isActive()) {
            body.discard();
            return;
        }
        responded = true;
        // a caller that was never asked to go on may or may not send its body: only closing is safe
        boolean bodyUnasked = head.continues() && requestBody.received() == 0 && !requestBody.ended();
        // said beforehand: a caller that learns of it only by the end might send its next request already
        boolean bodyTooLarge = requestBody.unread()
                && requestBody.length() - requestBody.received() > ServerConnection.UNWANTED_BYTES_MAX;
        if (connection.listener().draining() || bodyUnasked || bodyTooLarge) {
            staysOpen = false;
        }
        boolean bodiless = head.line().method().equals("HEAD") || status == 204 || status == 304;
        DefaultHttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        ConnectionFields.copyEndToEnd(fields, response.headers());
        if (!bodiless) {
            ConnectionFields.frame(response.headers(), body, modern);
            staysOpen &= modern || body.length() != Body.LENGTH_UNKNOWN;
        } else if (status != 204) {
            String declared = fields.first("content-length");
            if (declared != null) {
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, declared);
            }
        }
        if (!staysOpen) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        } else if (!modern) {
            response.headers().set(HttpHeaderNames.CONNECTION, "keep-alive");
        }
        connection.channel().write(response, connection.channel().voidPromise());
        connection.flushSoon();
        if (bodiless) {
            body.discard();
            ended(Headers.none());
            return;
        }
        BodyWriter bodyWriter =
                new BodyWriter(connection.channel(), body, connection::flushSoon, this::ended, broken -> connection
                        .channel()
                        .close());
        writer = bodyWriter;
        body.read(bodyWriter);
    }

    @Override
    public @Nullable Upgrade upgrade() {
        return upgradable ? this::switchProtocol : null;
    }

    private Body switchProtocol(Headers fields, Body toCaller) {
        if (responded || !connection.channel().isActive()) {
            toCaller.discard();
            return Body.empty();
        }
        responded = true;
        answerEnded = true; // what a tunnel's end means is for its two sides to say
        return connection.switchProtocol(fields, toCaller);
    }

    private void ended(Headers fields) {
        answerEnded = true;
        // who does not ask for trailing fields may take them for the next answer's (RFC 9110 section 6.5.1)
        Headers trailers = fields.size() == 0 || !asksForTrailers() ? Headers.none() : fields;
        if (onOver == null && staysOpen) {
            connection
                    .channel()
                    .write(BodyWriter.last(trailers), connection.channel().voidPromise());
        } else {
            ChannelFuture written = connection.channel().write(BodyWriter.last(trailers));
            written.addListener(done -> over());
        }
        connection.flushSoon();
        if (!requestBody.ended()) {
            // hears the rest away, so that the caller gets to read the answer
            requestBody.discard();
        } else {
            finish();
        }
    }

    private boolean asksForTrailers() {
        return headers.all("te").stream()
                .anyMatch(te -> te.toLowerCase(Locale.ROOT).contains("trailers"));
    }

    /** The request's last byte has come. */
    void requestEnded() {
        if (answerEnded) {
            finish();
        }
    }

    /** The request keeps coming although nobody wants it. */
    void tooMuchUnwanted() {
        staysOpen = false;
        if (answerEnded) {
            finish();
        }
    }

    /** Whatever the answer, the connection ends after it. */
    void closeAfter() {
        staysOpen = false;
    }

    private void finish() {
        if (staysOpen) {
            connection.next();
        } else if (requestBody.ended()) {
            connection.close();
        } else {
            connection.closeHearingOut();
        }
    }

    /** The caller's side takes bytes again. */
    void writable() {
        BodyWriter bodyWriter = writer;
        if (bodyWriter != null) {
            bodyWriter.writable();
        }
    }

    /** The connection has ended before the exchange was finished. */
    void callerGone() {
        requestBody.fail(new BodyException(
                BodyException.Reason.BROKEN_OFF, "the caller went away while it sent the body", null));
        if (!answerEnded) {
            BodyWriter bodyWriter = writer;
            if (bodyWriter != null) {
                bodyWriter.stop();
            }
            Runnable gone = onCallerGone;
            onCallerGone = NOTHING;
            gone.run();
        }
        over();
    }

    private void over() {
        Runnable task = onOver;
        onOver = null;
        if (task != null) {
            task.run();
        }
    }

    /** Whether the next byte must come from, or be taken by, the caller. */
    boolean waitsForCaller() {
        BodyWriter bodyWriter = writer;
        return (bodyWriter != null && bodyWriter.paused()) || requestBody.wanted();
    }

    @Override
    public boolean answered() {
        return responded;
    }

    @Override
    public void onCallerGone(Runnable task) {
        onCallerGone = task;
    }

    @Override
    public void onOver(Runnable task) {
        onOver = task;
    }
}
