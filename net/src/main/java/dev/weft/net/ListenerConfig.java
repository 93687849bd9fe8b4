// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.net.tls.Tls;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a listener listens. Every limit answers with a status of its own.
 *
 * @param name for logs, metrics and thread names
 * @param host address to bind
 * @param port port to bind; 0 takes a free one
 * @param allowedHosts host names (without port) a request may ask for, besides IP literals of loopback and
 *     {@code localhost}; one that begins with a dot stands for all below it; empty means any: only for the public gateway.
 *     Others get 421
 * @param limits sizes and times
 * @param tls what callers speak; null for plain HTTP
 */
public record ListenerConfig(
        String name,
        String host,
        int port,
        Set<String> allowedHosts,
        Limits limits,
        @Nullable Tls tls) {
    public ListenerConfig {
        allowedHosts = Set.copyOf(allowedHosts);
    }

    /** Without TLS. */
    public ListenerConfig(String name, String host, int port, Set<String> allowedHosts, Limits limits) {
        this(name, host, port, allowedHosts, limits, null);
    }

    /** Whether nobody outside this machine reaches a listener on {@code host}. */
    public static boolean onlyHere(String host) {
        return host.startsWith("127.") || host.equals("::1") || host.equals("localhost");
    }

    /** A listener on loopback that answers only to loopback's own names. */
    public static ListenerConfig loopback(String name, int port) {
        return new ListenerConfig(name, "127.0.0.1", port, Set.of("localhost"), Limits.DEFAULT);
    }

    /**
     * Sizes and times.
     *
     * @param lineBytesMax request line; beyond it 414
     * @param headBytesMax all header fields together; beyond it 431
     * @param headTimeout from the first byte of a head to its end; beyond it 408
     * @param idleTimeout of a connection between requests; beyond it closed
     * @param stallTimeout without a byte in either direction during an exchange, when the caller is the one waited
     *     for; beyond it closed
     * @param connectionsMax open at once; more are closed at once
     */
    public record Limits(
            int lineBytesMax,
            int headBytesMax,
            Duration headTimeout,
            Duration idleTimeout,
            Duration stallTimeout,
            int connectionsMax) {
        /** What a public listener wants. */
        public static final Limits DEFAULT = new Limits(
                16 * 1024, 64 * 1024, Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(60), 20_000);
    }
}
