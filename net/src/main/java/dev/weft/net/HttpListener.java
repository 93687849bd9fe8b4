// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import java.time.Duration;

/** Listens on one port and hands each request to its handler on the connection's own loop. */
@SuppressWarnings({"DoNotCallSuggester", "ObjectToString"})
public final class HttpListener implements AutoCloseable {
    private HttpListener() {}

    /** Binds and starts. An address in use is an {@link IllegalArgumentException} that names it. */
    public static HttpListener open(Loops loops, ListenerConfig config, ExchangeHandler handler) {
        throw new IllegalStateException("written next" + loops + config + handler);
    }

    /** The port really bound. */
    public int port() {
        return 0;
    }

    /**
     * Stops accepting, lets exchanges under way finish (their answers say {@code connection: close}), closes idle
     * connections at once and the rest after {@code most}. Blocking.
     *
     * @return how many exchanges were cut
     */
    public int drain(Duration most) throws InterruptedException {
        throw new InterruptedException("written next" + most);
    }

    /** Cuts everything. */
    @Override
    public void close() {}
}
