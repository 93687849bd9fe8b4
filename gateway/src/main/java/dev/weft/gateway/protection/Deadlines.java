// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How callers and functions are told of deadlines: by the milliseconds that are left, in the field that Envoy and the
 * meshes built on it send. A time that is left, not a point in time: clocks differ.
 */
public final class Deadlines {
    /** Milliseconds that are left for the answer. */
    public static final String FIELD = "x-envoy-expected-rq-timeout-ms";

    /** Digits of the longest time that is understood: more than eleven days. */
    private static final int DIGITS_MAX = 9;

    private Deadlines() {}

    /** The caller's deadline; null where it gave none, or none that can be read. */
    public static @Nullable Instant asked(Headers headers, Instant now) {
        String field = headers.first(FIELD);
        if (field == null || field.isEmpty() || field.length() > DIGITS_MAX) {
            return null;
        }
        long millis = 0;
        for (int i = 0; i < field.length(); i++) {
            char digit = field.charAt(i);
            if (digit < '0' || digit > '9') {
                return null;
            }
            millis = millis * 10 + (digit - '0');
        }
        return now.plusMillis(millis);
    }

    /** The same exchange, with what is left of its time. */
    public static Call.Exchange told(Call.Exchange call, Duration left) {
        Headers.Builder fields = Headers.builder();
        call.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase(FIELD)) {
                fields.add(name, value);
            }
        });
        fields.add(FIELD, Long.toString(Math.max(1, left.toMillis())));
        return new Call.Exchange(call.context(), call.line(), fields.build(), call.body());
    }
}
