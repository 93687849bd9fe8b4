// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which header fields belong to one connection and never pass through (RFC 9110 section 7.6.1), and how a message says
 * where it ends (RFC 9112 section 6).
 */
public final class ConnectionFields {
    private ConnectionFields() {}

    /**
     * Gives {@code out} every field of {@code in} that means something beyond this connection.
     *
     * @return whether the sender asks to go on in another protocol, named by its field {@code Upgrade}
     */
    public static boolean copyEndToEnd(Headers in, BiConsumer<String, String> out) {
        List<String> connection = in.all("connection");
        if (namesNone(connection)) {
            in.forEach((name, value) -> {
                if (!ofTheConnection(name)) {
                    out.accept(name, value);
                }
            });
            return false;
        }
        Set<String> named = new HashSet<>();
        for (String line : connection) {
            for (String token : line.split(",", -1)) {
                named.add(token.strip().toLowerCase(Locale.ROOT));
            }
        }
        in.forEach((name, value) -> {
            if (!ofTheConnection(name) && !named.contains(name.toLowerCase(Locale.ROOT))) {
                out.accept(name, value);
            }
        });
        return named.contains("upgrade") && upgradable(in.first("upgrade"));
    }

    /** Whether it says no more than what to do with the connection: so do nearly all messages that have it. */
    private static boolean namesNone(List<String> connection) {
        if (connection.isEmpty()) {
            return true;
        }
        String only = connection.getFirst();
        return connection.size() == 1 && (only.equalsIgnoreCase("keep-alive") || only.equalsIgnoreCase("close"));
    }

    /** Whether a caller asks to go on in another protocol, and may: HTTP/2 is not reached in this way any more (RFC 9113). */
    public static boolean asksUpgrade(Headers fields) {
        // first what hardly any request has
        return fields.has("upgrade")
                && fields.all("connection").stream()
                        .flatMap(line -> Arrays.stream(line.split(",", -1)))
                        .anyMatch(token -> token.strip().equalsIgnoreCase("upgrade"))
                && upgradable(fields.first("upgrade"));
    }

    private static boolean upgradable(@Nullable String protocol) {
        return protocol != null && !protocol.equalsIgnoreCase("h2c");
    }

    /** Says where a message with {@code body} ends: a length if known, else chunks. */
    public static void frame(BiConsumer<String, String> out, Body body, boolean chunksUnderstood) {
        if (body.length() != Body.LENGTH_UNKNOWN) {
            out.accept("content-length", Long.toString(body.length()));
        } else if (chunksUnderstood) {
            out.accept("transfer-encoding", "chunked");
        }
    }

    /** Whether a field of that name never passes through. */
    public static boolean ofTheConnection(String name) {
        // by length first: this runs for every field of every message
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("te");
            case 7 -> name.equalsIgnoreCase("upgrade") || name.equalsIgnoreCase("trailer");
            case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
            case 14 -> name.equalsIgnoreCase("content-length");
            case 16 -> name.equalsIgnoreCase("proxy-connection");
            case 17 -> name.equalsIgnoreCase("transfer-encoding");
            default -> false;
        };
    }
}
