// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.spi.Loop;
import dev.weft.net.wire.ConnectionFields;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request and its answer on a stream; what a listener's exchange is, but for the name of its interface. */
public abstract class StreamExchange {
    private static final Runnable NOTHING = () -> {};
    private static final int FIELDS_USUAL = 16;

    private final StreamsConnection connection;
    private final Http2Stream stream;
    private final StreamHead head;
    private @Nullable StreamWriter writer;
    private boolean responded;
    private boolean answerEnded;
    private boolean over;
    private Runnable onCallerGone = NOTHING;
    private Runnable onOver = NOTHING;
    private long signs;
    private long signsSeen;
    private int ticksStill;
    final StreamBody requestBody;

    /** What {@link StreamsConnection} knows of a stream that has just been opened. */
    public record Opened(StreamsConnection connection, StreamHead head, Http2Stream stream) {}

    /** On the stream {@code opened}. */
    protected StreamExchange(Opened opened) {
        this.connection = opened.connection();
        this.stream = opened.stream();
        this.head = opened.head();
        this.requestBody = new StreamBody(
                head.length(), head.continues() ? this::goOn : NOTHING, bytes -> connection.taken(stream, bytes));
    }

    private void goOn() {
        if (!responded) {
            connection.writeHeaders(stream, status(100), false);
        }
    }

    /** The loop that owns the connection. */
    public Loop loop() {
        return connection.loop();
    }

    /** Method, path and query. */
    public RequestLine line() {
        return head.line();
    }

    /** The request's fields, {@code host} among them. */
    public Headers headers() {
        return head.headers();
    }

    /** The request's body. */
    public Body body() {
        return requestBody;
    }

    /** The caller's IP address. */
    public String callerAddress() {
        return connection.callerAddress();
    }

    /** Host and port the caller asked for. */
    public String authority() {
        return head.authority();
    }

    /** How the connection is protected, whatever {@code :scheme} says. */
    public String scheme() {
        return connection.scheme();
    }

    /** Whether {@link #respond} has been called. */
    public boolean answered() {
        return responded;
    }

    /** Runs {@code task} when the caller has broken the stream off. */
    public void onCallerGone(Runnable task) {
        onCallerGone = task;
    }

    /** Runs {@code task} when the last byte is out or the caller has gone. */
    public void onOver(Runnable task) {
        onOver = task;
    }

    /** Answers; later calls are ignored. */
    public void respond(int status, Headers fields, Body body) {
        if (responded || over) {
            body.discard();
            return;
        }
        responded = true;
        boolean bodiless = head.line().method().equals("HEAD") || status == 204 || status == 304;
        Http2Headers out = status(status);
        ConnectionFields.copyEndToEnd(fields, (name, value) -> out.add(name.toLowerCase(Locale.ROOT), value));
        String length = !bodiless
                ? body.length() == Body.LENGTH_UNKNOWN ? null : Long.toString(body.length())
                : status == 204 ? null : fields.first("content-length");
        if (length != null) {
            out.set("content-length", length);
        }
        if (bodiless || body.length() == 0) {
            body.discard();
            answerEnded = true;
            connection.writeLast(this, stream, out);
            return;
        }
        connection.writeHeaders(stream, out, false);
        StreamWriter bodyWriter = new StreamWriter(this, connection, stream, body);
        writer = bodyWriter;
        body.read(bodyWriter);
    }

    private static Http2Headers status(int status) {
        return new DefaultHttp2Headers(false, FIELDS_USUAL)
                .status(HttpResponseStatus.valueOf(status).codeAsText());
    }

    /** The answer's body has ended. */
    void ended(Headers trailers) {
        answerEnded = true;
        if (trailers.size() == 0) {
            connection.writeLast(this, stream);
            return;
        }
        Http2Headers out = new DefaultHttp2Headers(false, trailers.size());
        ConnectionFields.copyEndToEnd(trailers, (name, value) -> out.add(name.toLowerCase(Locale.ROOT), value));
        connection.writeLast(this, stream, out);
    }

    /** The answer's body broke off: the caller must not take a part for the whole. */
    void broke() {
        answerEnded = true;
        connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }

    /** The answer's last byte is out. */
    void sent() {
        if (!requestBody.ended()) {
            // the answer is whole without the rest of the request (RFC 9113 section 8.1)
            requestBody.discard();
            connection.reset(stream, Http2Error.NO_ERROR);
        }
        over();
    }

    /** The stream has ended, in order or not. */
    void closed() {
        if (over) {
            return;
        }
        requestBody.fail(new BodyException(
                BodyException.Reason.BROKEN_OFF, "the caller went away while it sent the body", null));
        if (!answerEnded) {
            StreamWriter bodyWriter = writer;
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
        if (!over) {
            over = true;
            onOver.run();
        }
    }

    /** The caller's side takes bytes again. */
    void writable() {
        StreamWriter bodyWriter = writer;
        if (bodyWriter != null) {
            bodyWriter.writable();
        }
    }

    /** The caller sent bytes, or took some. */
    void sign() {
        signs++;
    }

    /** How many ticks the caller has been waited for without a sign; called once a tick. */
    int ticksStill(long signsOfConnection) {
        StreamWriter bodyWriter = writer;
        boolean waits = answerEnded || (bodyWriter != null && bodyWriter.paused()) || requestBody.wanted();
        long seen = signs + signsOfConnection;
        ticksStill = waits && seen == signsSeen ? ticksStill + 1 : 0;
        signsSeen = seen;
        return ticksStill;
    }
}
