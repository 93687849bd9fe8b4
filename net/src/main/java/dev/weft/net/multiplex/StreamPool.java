// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.multiplex;

import dev.weft.api.CloudException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One loop's HTTP/2 connections to one server, in clear text with prior knowledge: mostly one, another when the server's
 * limit of streams is reached. A connection stays until its server ends it or is ended. Touched by its loop only.
 */
public final class StreamPool {
    /** Connections to one server at once; past them and their streams a request is refused as BUSY. */
    public static final int CONNECTIONS_MAX = 16;

    /** Streams on one connection at once, if the server allows as many. */
    public static final int STREAMS_MAX = 100;

    /** Bytes of one answer that the server may send before the reader has taken them. */
    public static final int STREAM_BYTES_WAITING_MAX = 256 * 1024;

    /** Bytes of a header in an answer. */
    public static final int HEAD_BYTES_MAX = 128 * 1024;

    private final String server;
    private final Function<ChannelHandler, ChannelFuture> dial;
    private final List<StreamConnection> connections = new ArrayList<>(1);

    /**
     * No connection yet.
     *
     * @param server for messages
     * @param dial opens a connection with that handler
     */
    public StreamPool(String server, Function<ChannelHandler, ChannelFuture> dial) {
        this.server = server;
        this.dial = dial;
    }

    /** Hears exactly one of the two, once. */
    public interface Asked {
        /** A stream of its own, which nothing has been written to. @param reused whether others were on its connection before */
        void opened(Channel stream, boolean reused);

        /** There is none; the server has seen nothing of the request. */
        void refused(CloudException why);
    }

    /** A stream for one request, now or when a connection is there. */
    public void open(Asked asked) {
        for (StreamConnection each : connections) {
            if (each.room()) {
                each.open(asked);
                return;
            }
        }
        if (connections.size() >= CONNECTIONS_MAX) {
            asked.refused(new CloudException(
                    CloudException.Kind.BUSY,
                    "every stream of " + CONNECTIONS_MAX + " connections to " + server + " is taken",
                    null));
            return;
        }
        StreamConnection connection = new StreamConnection(this);
        connections.add(connection);
        connection.open(asked);
        connection.dial(dial);
    }

    /** Lets go of every connection: the server is ending. Streams under way end by themselves. */
    public void forget() {
        for (StreamConnection each : List.copyOf(connections)) {
            each.leave();
        }
    }

    void left(StreamConnection connection) {
        connections.remove(connection);
    }

    String server() {
        return server;
    }
}
