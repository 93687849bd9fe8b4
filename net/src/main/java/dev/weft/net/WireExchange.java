// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.spi.Loop;
import dev.weft.net.http1.BodyOut;
import dev.weft.net.http1.Head;
import dev.weft.net.http1.HeadWriter;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.Outlet;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request and its answer on a connection. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
final class WireExchange implements ServerExchange {
    private static final Runnable NOTHING = () -> {};

    private final ServerConnection connection;
    private final RequestHead head;
    private final Headers headers;
    private final boolean modern;
    private final boolean upgradable;
    private boolean staysOpen;
    private @Nullable BodyWriter writer;
    private boolean responded;
    private boolean answerEnded;
    private Runnable onCallerGone = NOTHING;
    private @Nullable Runnable onOver;
    final InboundBody requestBody;

    WireExchange(ServerConnection connection, RequestHead head, Head request, long length) {
        this.connection = connection;
        this.head = head;
        this.headers = request.fields();
        this.modern = request.modern();
        this.staysOpen = request.staysOpen();
        this.upgradable = modern && length == 0 && ConnectionFields.asksUpgrade(headers);
        this.requestBody = new InboundBody(connection.channel(), length, head.continues() ? this::goOn : NOTHING);
    }

    private void goOn() {
        if (!responded) {
            Outlet outlet = connection.outlet();
            outlet.head(HeadWriter.answer(100).end(outlet.channel().alloc()));
            outlet.flush();
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
        return connection.callerAddress();
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
        // a caller that was never asked to go on may or may not send its body: only closing is safe
        boolean bodyUnasked = head.continues() && requestBody.received() == 0 && !requestBody.ended();
        // said beforehand: a caller that learns of it only by the end might send its next request already
        boolean bodyTooLarge = requestBody.unread()
                && requestBody.length() - requestBody.received() > ServerConnection.UNWANTED_BYTES_MAX;
        if (connection.listener().draining() || bodyUnasked || bodyTooLarge) {
            staysOpen = false;
        }
        boolean bodiless = head.line().method().equals("HEAD") || status == 204 || status == 304;
        ByteBuf written = head(status, fields, body, bodiless);
        responded = true;
        Outlet outlet = connection.outlet();
        outlet.head(written);
        outlet.flushSoon();
        if (bodiless) {
            body.discard();
            ended();
            return;
        }
        boolean trailed = body.length() == Body.LENGTH_UNKNOWN && asksForTrailers();
        BodyWriter bodyWriter =
                new BodyWriter(BodyOut.of(outlet, body, modern, trailed), body, this::ended, broken -> connection
                        .channel()
                        .close());
        writer = bodyWriter;
        body.read(bodyWriter);
    }

    private ByteBuf head(int status, Headers fields, Body body, boolean bodiless) {
        HeadWriter response = HeadWriter.answer(status);
        ConnectionFields.copyEndToEnd(fields, response::field);
        if (!bodiless) {
            ConnectionFields.frame(response::field, body, modern);
            staysOpen &= modern || body.length() != Body.LENGTH_UNKNOWN;
        } else if (status != 204) {
            String declared = fields.first("content-length");
            if (declared != null) {
                response.field("content-length", declared);
            }
        }
        if (!staysOpen) {
            response.field("connection", "close");
        } else if (!modern) {
            response.field("connection", "keep-alive");
        }
        return response.end(connection.channel().alloc());
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

    private void ended() {
        answerEnded = true;
        if (onOver != null) {
            connection.outlet().whenOut(this::over);
        }
        if (!requestBody.ended()) {
            // hears the rest away, so that the caller gets to read the answer
            requestBody.discard();
        } else {
            finish();
        }
    }

    /** Who does not may take trailing fields for the next answer's (RFC 9110 section 6.5.1). */
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
