// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * HTTP/1.1 clients bound to loops: a request uses a connection of its own loop, idle ones last-in first-out. Safe for
 * use from any loop.
 */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString", "DoNotCall"})
public final class Upstreams implements AutoCloseable {
    /** Idle connections kept per loop and address. */
    public static final int IDLE_PER_LOOP_MAX = 128;

    /** A connection is given up after this long without an answer to connect. */
    public static final Duration CONNECT_MAX = Duration.ofSeconds(2);

    /** Clients on {@code loops}. */
    public Upstreams(Loops loops) {
        java.util.Objects.requireNonNull(loops);
    }

    /** Hears exactly one of the two, once, on the request's loop. */
    public interface Sink {
        /** The answer's head; the body is read or discarded by the receiver. */
        void answered(InvokeDialect.WireHead head, Body body);

        /**
         * No answer: UNREACHABLE when the request provably did not go out or the server provably did not take it, else
         * UNKNOWN.
         */
        void failed(CloudException why);
    }

    /**
     * Sends {@code request} to {@code address}, streaming its body. Called on {@code loop}. Cancelling closes the
     * connection. A kept connection that the server closed before a byte of answer is tried once more on a new one if
     * nothing of the body had been read.
     */
    public Place.Attempt send(Loop loop, InetSocketAddress address, InvokeDialect.WireRequest request, Sink sink) {
        throw new IllegalStateException("written next" + loop + address + request + sink);
    }

    /** Lets go of every idle connection to {@code address}: its server is ending. */
    public void forget(InetSocketAddress address) {
        java.util.Objects.requireNonNull(address);
    }

    @Override
    public void close() {}
}
