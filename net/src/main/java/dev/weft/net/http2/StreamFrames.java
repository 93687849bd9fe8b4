// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.api.Headers;
import dev.weft.net.wire.Refusals;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a connection's frames mean: a request, a piece of its body, its end; anything else is only counted. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the stream, which is heard
final class StreamFrames extends Http2FrameAdapter {
    private static final int PSEUDO_FIELDS = 4;

    private final StreamsConnection connection;
    private final StreamsConnection.Owner owner;
    private final Http2Connection.PropertyKey refused;

    StreamFrames(StreamsConnection connection, StreamsConnection.Owner owner) {
        this.connection = connection;
        this.owner = owner;
        this.refused = connection.connection().newKey();
    }

    /** Why a request is answered here. */
    private record Refusal(int status, Refusals.Reason reason, String text) {}

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean end)
            throws Http2Exception {
        Http2Stream stream = connection.connection().stream(id);
        StreamExchange known = connection.exchange(stream);
        if (known != null) {
            known.sign();
            known.requestBody.end(StreamHead.trailers(headers));
        } else if (stream.getProperty(refused) == null) {
            begin(context, stream, headers, end);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int id,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end)
            throws Http2Exception {
        onHeadersRead(context, id, headers, padding, end);
    }

    private void begin(ChannelHandlerContext context, Http2Stream stream, Http2Headers headers, boolean end)
            throws Http2Exception {
        connection.controlFrames().worked();
        CharSequence method = headers.method();
        if (method != null && HttpMethod.CONNECT.asciiName().contentEquals(method)) {
            refuse(context, stream, new Refusal(501, Refusals.Reason.NOT_SERVED, "CONNECT is not served here"), end);
            return;
        }
        int most = owner.settings().fieldsMax();
        if (headers.size() > most + PSEUDO_FIELDS) {
            String text = "the header has more than " + most + " fields";
            refuse(context, stream, new Refusal(431, Refusals.Reason.HEAD_TOO_LARGE, text), end);
            return;
        }
        StreamHead head = StreamHead.read(stream.id(), headers, end);
        Refusal refusal = refusal(head);
        if (refusal != null) {
            refuse(context, stream, refusal, end);
            return;
        }
        StreamExchange exchange = owner.begin(new StreamExchange.Opened(connection, head, stream));
        connection.keep(stream, exchange);
        if (end) {
            exchange.requestBody.end(Headers.none());
        }
        owner.handle(exchange);
    }

    private @Nullable Refusal refusal(StreamHead head) {
        if (head.expectsTooMuch()) {
            return new Refusal(417, Refusals.Reason.NOT_SERVED, "the only expectation known is 100-continue");
        }
        if (!owner.answersFor(head.authority())) {
            return new Refusal(421, Refusals.Reason.NOT_SERVED, "this listener does not answer for that host");
        }
        return null;
    }

    private void refuse(ChannelHandlerContext context, Http2Stream stream, Refusal refusal, boolean end) {
        owner.refused(refusal.reason());
        stream.setProperty(refused, refusal); // its trailers are no new request
        ByteBuf text = Unpooled.copiedBuffer(refusal.text() + '\n', StandardCharsets.UTF_8);
        Http2Headers answer = new DefaultHttp2Headers(false)
                .status(HttpResponseStatus.valueOf(refusal.status()).codeAsText())
                .set("content-type", "text/plain; charset=utf-8")
                .setInt("content-length", text.readableBytes());
        connection.encoder().writeHeaders(context, stream.id(), answer, 0, false, context.newPromise());
        connection
                .encoder()
                .writeData(context, stream.id(), text, 0, true, context.newPromise())
                .addListener(done -> {
                    if (!end) {
                        connection.reset(stream, Http2Error.NO_ERROR);
                    }
                });
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean end) {
        Http2Stream stream = connection.connection().stream(id);
        StreamExchange exchange = connection.exchange(stream);
        if (exchange == null) {
            return data.readableBytes() + padding;
        }
        exchange.sign();
        int taken = exchange.requestBody.receive(data);
        if (end) {
            exchange.requestBody.end(Headers.none());
        }
        return taken + padding;
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int id, int bytes) throws Http2Exception {
        connection.controlFrames().came();
        StreamExchange exchange = id == 0 ? null : connection.exchange(connection.connection().stream(id));
        if (exchange != null) {
            exchange.sign();
        } else {
            connection.sign();
        }
    }

    @Override
    public void onPriorityRead(ChannelHandlerContext context, int id, int dependency, short weight, boolean exclusive)
            throws Http2Exception {
        connection.controlFrames().came();
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        connection.controlFrames().came();
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) throws Http2Exception {
        connection.controlFrames().came();
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        connection.controlFrames().came();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) throws Http2Exception {
        connection.controlFrames().came();
    }

    @Override
    public void onUnknownFrame(ChannelHandlerContext context, byte type, int id, Http2Flags flags, ByteBuf payload) {
        try {
            connection.controlFrames().came();
        } catch (Http2Exception tooMany) {
            connection.onError(context, false, tooMany);
        }
    }
}
