// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What gRPC asks of whoever stands between its client and its server: failures in its own words, and its deadline. Source:
 * gRPC over HTTP/2 (protocol document), status codes.
 */
final class Grpc {
    private static final String TYPE = "application/grpc";
    private static final int TIMEOUT_DIGITS_MAX = 8;

    private Grpc() {}

    /** Whether {@code request} is gRPC; gRPC-Web, which is framed otherwise, is not. */
    static boolean asked(Headers request) {
        String type = request.first("content-type");
        if (type == null || !type.startsWith(TYPE)) {
            return false;
        }
        return type.length() == TYPE.length() || type.charAt(TYPE.length()) == '+' || type.charAt(TYPE.length()) == ';';
    }

    /** The same answer of Weft's own as a gRPC client understands it: trailers only, and always status 200. */
    static Answer instead(Answer answer) {
        Headers headers = Headers.of(
                "content-type",
                TYPE,
                "grpc-status",
                Integer.toString(status(answer.status())),
                "grpc-message",
                encoded(answer.message()));
        return new Answer(200, headers, Body.empty());
    }

    /** The code for one of Weft's own statuses. UNAVAILABLE says that another try is safe, so it is kept for such. */
    private static int status(int http) {
        return switch (http) {
            case 400, 421 -> 3; // INVALID_ARGUMENT
            case 401 -> 16; // UNAUTHENTICATED
            case 403 -> 7; // PERMISSION_DENIED
            case 404, 405, 501 -> 12; // UNIMPLEMENTED
            case 413, 429, 431 -> 8; // RESOURCE_EXHAUSTED
            case 499 -> 1; // CANCELLED
            case 408, 504 -> 4; // DEADLINE_EXCEEDED
            case 503 -> 14; // UNAVAILABLE
            default -> http >= 500 ? 13 : 2; // INTERNAL, UNKNOWN
        };
    }

    /** Percent-encoded but for the printable characters of ASCII. */
    private static String encoded(String message) {
        StringBuilder text = new StringBuilder(message.length());
        for (byte each : message.getBytes(StandardCharsets.UTF_8)) {
            if (each >= ' ' && each <= '~' && each != '%') {
                text.append((char) each);
            } else {
                text.append('%').append(String.format("%02X", each));
            }
        }
        return text.toString();
    }

    /** {@code context}, of no use after {@code grpc-timeout}; one that is not well-formed says nothing. */
    static CallContext bounded(CallContext context, Headers request, Instant now) {
        Duration most = timeout(request.first("grpc-timeout"));
        return most == null ? context : context.before(now.plus(most));
    }

    static @Nullable Duration timeout(@Nullable String field) {
        if (field == null || field.length() < 2 || field.length() > TIMEOUT_DIGITS_MAX + 1) {
            return null;
        }
        long number = 0;
        for (int i = 0; i < field.length() - 1; i++) {
            int digit = field.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            number = number * 10 + digit;
        }
        return switch (field.charAt(field.length() - 1)) {
            case 'H' -> Duration.ofHours(number);
            case 'M' -> Duration.ofMinutes(number);
            case 'S' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMillis(number);
            case 'u' -> Duration.ofNanos(number * 1_000);
            case 'n' -> Duration.ofNanos(number);
            default -> null;
        };
    }
}
