// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.spi.Loop;
import org.jspecify.annotations.Nullable;

/** One request on a listener and its answer. Lives on one loop; every method is called there. */
public interface ServerExchange {
    /** The loop that owns the connection. */
    Loop loop();

    /** Method, path and query. */
    RequestLine line();

    /** The request's fields, valid until the answer has been sent. */
    Headers headers();

    /** The request's body: read it or discard it. One that is still unread when the answer ends is discarded. */
    Body body();

    /** The caller's IP address, without port. */
    String callerAddress();

    /** Host and port the caller asked for; empty where it named none. */
    String authority();

    /** {@code http} or {@code https}. */
    String scheme();

    /**
     * Answers. The body is read as fast as the caller takes it. {@code Content-Length} is set from the body's length;
     * connection fields are the listener's own business. Called at most once; later calls are ignored and their body
     * discarded.
     */
    void respond(int status, Headers headers, Body body);

    /** Lets the caller have the other protocol it asks for; null where it asks for none. */
    default @Nullable Upgrade upgrade() {
        return null;
    }

    /** The other answer to a request that asks for another protocol. */
    interface Upgrade {
        /**
         * Answers 101 instead of {@link ServerExchange#respond}: from now on {@code toCaller} goes to the caller as it
         * comes.
         *
         * @param headers of whoever speaks that protocol, with its {@code Upgrade} field
         * @return what the caller sends from now on
         */
        Body accept(Headers headers, Body toCaller);
    }

    /** Whether {@link #respond} has been called. */
    boolean answered();

    /** Runs {@code task}, once, when the caller has gone before the answer was complete. At most one task. */
    void onCallerGone(Runnable task);

    /** Runs {@code task}, once, when the answer's last byte has been handed to the system or the caller has gone. */
    void onOver(Runnable task);
}
