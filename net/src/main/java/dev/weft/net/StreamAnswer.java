// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.net.wire.NettyHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/** An answer on a stream of HTTP/2, as the objects that Netty makes of its frames. */
final class StreamAnswer {
    private StreamAnswer() {}

    /** Gives {@code request} what {@code message} says; takes it over. */
    static void take(Object message, UpstreamRequest request) {
        if (message instanceof HttpResponse response) {
            int status = response.status().code();
            if (response.decoderResult().isFailure() || status == 101) {
                request.malformed(response.decoderResult().cause());
            } else if (status >= 200) {
                boolean ended = message instanceof LastHttpContent; // the head was all, as in gRPC's trailers-only
                long length = ended || request.bodiless(status)
                        ? 0
                        : HttpUtil.getContentLength(response, Body.LENGTH_UNKNOWN);
                request.head(new AnswerHead(status, new NettyHeaders(response.headers()), length, false));
            } else {
                ReferenceCountUtil.release(message); // an interim answer ends nothing
                return;
            }
        }
        if (message instanceof HttpContent content) {
            request.bytes(content.content());
            if (content instanceof LastHttpContent last) {
                Headers trailers = new NettyHeaders(last.trailingHeaders());
                request.ended(trailers);
            }
        }
    }
}
