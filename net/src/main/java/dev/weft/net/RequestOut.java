// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.net.http1.BodyOut;
import dev.weft.net.http1.HeadWriter;
import dev.weft.net.multiplex.StreamOut;
import dev.weft.net.tls.SecuredAddress;
import dev.weft.net.wire.ConnectionFields;
import dev.weft.net.wire.MessageOut;
import dev.weft.net.wire.Outlet;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request whose head is written, not flushed.
 *
 * @param body where its body goes
 * @param upgradable whether the server may go on in another protocol
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
record RequestOut(MessageOut body, boolean upgradable) {
    /** Over HTTP/1.1. @param server what the field Host says, where the request has none */
    static RequestOut plain(Outlet outlet, InvokeDialect.WireRequest request, SocketAddress server) {
        HeadWriter head = HeadWriter.request(request.method(), request.target());
        String protocol = fields(request, server, head::field);
        boolean upgradable = protocol != null && request.body().length() == 0;
        if (protocol != null && upgradable) {
            head.field("connection", "upgrade");
            head.field("upgrade", protocol);
        }
        outlet.head(head.end(outlet.channel().alloc()));
        return new RequestOut(BodyOut.of(outlet, request.body(), true, true), upgradable);
    }

    /** On a stream of HTTP/2. */
    static RequestOut stream(Outlet outlet, InvokeDialect.WireRequest request, SocketAddress server) {
        DefaultHttpRequest head =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target());
        fields(request, server, (name, value) -> head.headers().add(name, value));
        head.headers().set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS); // gRPC servers insist on it
        outlet.channel().write(head, outlet.channel().voidPromise());
        return new RequestOut(new StreamOut(outlet), false);
    }

    /** Returns the other protocol that the caller asks to go on in. */
    private static @Nullable String fields(
            InvokeDialect.WireRequest request, SocketAddress server, BiConsumer<String, String> head) {
        boolean asksUpgrade = ConnectionFields.copyEndToEnd(request.headers(), (name, value) -> {
            if (!name.equalsIgnoreCase("expect")) { // that was between the caller and us
                head.accept(name, value);
            }
        });
        Body body = request.body();
        boolean takesNone = request.method().equals("GET") || request.method().equals("HEAD");
        if (body.length() != 0 || !takesNone) {
            ConnectionFields.frame(head, body, true);
        }
        if (!request.headers().has("host")) {
            head.accept("host", host(server));
        }
        return asksUpgrade ? request.headers().first("upgrade") : null;
    }

    private static String host(SocketAddress server) {
        if (server instanceof SecuredAddress secured) {
            return secured.authority();
        }
        return server instanceof InetSocketAddress internet
                ? internet.getHostString() + ':' + internet.getPort()
                : "localhost";
    }
}
