// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.multiplex;

import dev.weft.api.Headers;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.MessageOut;
import dev.weft.net.wire.Outlet;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/** A request's body on a stream, as the objects that Netty turns into frames. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
public record StreamOut(Outlet outlet) implements MessageOut {
    @Override
    public void bytes(ByteBuf some) {
        write(new DefaultHttpContent(some));
    }

    @Override
    public void end(Headers trailers) {
        if (trailers.size() == 0) {
            write(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        DefaultLastHttpContent last = new DefaultLastHttpContent();
        ConnectionFields.copyEndToEnd(
                trailers, (name, value) -> last.trailingHeaders().add(name, value));
        write(last);
    }

    private void write(HttpContent content) {
        outlet.channel().write(content, outlet.channel().voidPromise());
    }
}
