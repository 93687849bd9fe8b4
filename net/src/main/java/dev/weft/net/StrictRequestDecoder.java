// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's request decoder, less forgiving: a request that says its length in two ways is refused, since two servers may
 * read it differently (request smuggling, RFC 9112 section 6.1).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    private final Runnable onBytes;

    StrictRequestDecoder(ListenerConfig.Limits limits, Runnable onBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.lineBytesMax())
                .setMaxHeaderSize(limits.headBytesMax())
                .setChunkedSupported(true)
                .setAllowDuplicateContentLengths(false));
        this.onBytes = onBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof ByteBuf) {
            onBytes.run();
        }
        super.channelRead(context, message);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        oneSpaceBefore(line, start);
        return super.splitSecondWordInitialLine(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        oneSpaceBefore(line, start);
        return super.splitThirdWordInitialLine(line, start, length);
    }

    /** The words of a request line are set apart by one space each (RFC 9112 section 3). */
    private static void oneSpaceBefore(byte[] line, int start) {
        if (start < 2 || line[start - 1] != ' ' || line[start - 2] <= ' ') {
            throw new IllegalArgumentException("more or other white space in the request line than a space each");
        }
    }
}
