// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.oracle.call.FnWire;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fields of a function's answer, as its caller gets them: the call's id, the type, and what the function said. Pure. */
final class SpokenFields {
    private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** Those that are written anew. */
    private static final Set<String> KEPT = Set.of(
            "connection",
            "content-length",
            "content-type",
            "date",
            "fn-call-id",
            "keep-alive",
            "opc-request-id",
            "server",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Of a request that is passed on: what is the connection's, or proves who sends it. */
    static final Set<String> SENDERS = Set.of(
            "authorization",
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private SpokenFields() {}

    /** The fields of a request, as its function gets them. */
    static Headers passed(Headers said) {
        Headers.Builder headers = Headers.builder();
        said.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!SENDERS.contains(lower) && !lower.startsWith("weft-")) {
                headers.add(name, value);
            }
        });
        return headers.build();
    }

    /** Of an event's result. */
    static Headers.Builder of(Wish.Came came, @Nullable String type, Headers fields) {
        return of(came, type, fields, "");
    }

    /**
     * The same, each name of the function's after {@code prefix}.
     *
     * @param type media type of the body; null where the function named none
     */
    static Headers.Builder of(Wish.Came came, @Nullable String type, Headers fields, String prefix) {
        Headers.Builder headers = Headers.builder()
                .add("Content-Type", type == null ? guessed(came.body()) : type)
                .add(FnWire.CALL_ID, came.invocation());
        fields.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean writable =
                    FIELD_NAME.matcher(name).matches() && value.chars().allMatch(c -> c >= ' ' && c != 127);
            if (writable && !KEPT.contains(lower) && !lower.startsWith("weft-")) {
                headers.add(prefix + name, value);
            }
        });
        return headers;
    }

    /** As the server does where a function names no type: what begins like a JSON object is JSON. */
    private static String guessed(byte[] body) {
        return body.length > 0 && body[0] == '{' ? "application/json; charset=utf-8" : "application/octet-stream";
    }
}
