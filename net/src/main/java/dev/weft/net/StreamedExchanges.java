// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.net.http2.Http2Limits;
import dev.weft.net.http2.StreamExchange;
import dev.weft.net.http2.StreamsConnection;
import dev.weft.net.wire.Refusals;

/** HTTP/2's streams as exchanges of a listener. */
final class StreamedExchanges implements StreamsConnection.Owner {
    private static final System.Logger LOG = System.getLogger("dev.weft.net");

    private final HttpListener listener;
    private final Http2Limits.Settings settings;

    StreamedExchanges(HttpListener listener) {
        this.listener = listener;
        ListenerConfig.Limits limits = listener.config().limits();
        this.settings = new Http2Limits.Settings(
                limits.headBytesMax(), RequestHead.FIELDS_MAX, limits.idleTimeout(), limits.stallTimeout());
    }

    /** A stream under the name that handlers know. */
    private static final class Exchange extends StreamExchange implements ServerExchange {
        Exchange(Opened opened) {
            super(opened);
        }
    }

    @Override
    public Http2Limits.Settings settings() {
        return settings;
    }

    @Override
    public StreamExchange begin(StreamExchange.Opened opened) {
        listener.exchangeBegins();
        return new Exchange(opened);
    }

    @Override
    public void handle(StreamExchange exchange) {
        try {
            listener.handler().handle((ServerExchange) exchange);
        } catch (RuntimeException | StackOverflowError bug) {
            LOG.log(System.Logger.Level.ERROR, "handler of " + listener.config().name() + " failed", bug);
            exchange.respond(500, Headers.none(), Body.empty());
        }
    }

    @Override
    public void ended() {
        listener.exchangeEnds();
    }

    @Override
    public boolean answersFor(String authority) {
        return RequestHead.answersFor(listener.config().allowedHosts(), authority);
    }

    @Override
    public void refused(Refusals.Reason reason) {
        listener.refusals().count(reason);
    }
}
