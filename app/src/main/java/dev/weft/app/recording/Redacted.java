// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.recording;

import dev.weft.api.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What may be written down of a request: not the values by which a caller proves who it is, nor what the way to the function has
 * added. By names only, so a secret under a name that does not say so stays. Pure.
 */
public final class Redacted {
    /** What stands in place of a value. */
    public static final String VALUE = "redacted";

    /** Of the connection, of the way here, or of Weft. */
    private static final Set<String> LEFT_OUT = Set.of(
            "host",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "expect",
            "forwarded",
            "traceparent",
            "tracestate",
            "via");

    private static final List<String> LEFT_OUT_FROM = List.of("x-forwarded-", "weft-", "proxy-conn");

    private static final Pattern SECRET = Pattern.compile(
            "auth|cookie|token|secret|passw|credential|signature|session|jwt|api-?_?key|apikey|subscription-key"
                    + "|functions-key|access-?_?key|private-?_?key|(^|[-_])(key|sig|code|pwd|pin|otp)([-_]|$)");

    private Redacted() {}

    /** The fields, in their order. */
    public static List<Map.Entry<String, String>> fields(Headers headers) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!LEFT_OUT.contains(lower) && LEFT_OUT_FROM.stream().noneMatch(lower::startsWith)) {
                fields.add(Map.entry(name, secret(lower) ? VALUE : value));
            }
        });
        return fields;
    }

    /** The query with its order and encoding. */
    public static @Nullable String query(@Nullable String query) {
        if (query == null) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = (equals < 0 ? part : part.substring(0, equals)).toLowerCase(Locale.ROOT);
            parts.add(equals >= 0 && secret(name) ? part.substring(0, equals + 1) + VALUE : part);
        }
        return String.join("&", parts);
    }

    private static boolean secret(String lowerCaseName) {
        return SECRET.matcher(lowerCaseName).find();
    }
}
