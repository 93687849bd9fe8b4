// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.RouteFilter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's side of the Fetch standard's CORS protocol. An allowed origin is told itself, never {@code *}: that is
 * right with and without credentials. What a backend says of it is dropped: the route decides.
 */
final class CorsAnswers {
    private static final String REQUESTED_METHOD = "access-control-request-method";
    private static final String ALL = "*";
    private static final String OURS = "access-control-";

    private final RouteFilter.Cors cors;
    private final List<Origin> origins;
    private final String methods;
    private final String headers;
    private final String exposed;

    CorsAnswers(RouteFilter.Cors cors) {
        this.cors = cors;
        this.origins = cors.allowOrigins().stream().map(Origin::of).toList();
        this.methods = String.join(", ", cors.allowMethods());
        this.headers = String.join(", ", cors.allowHeaders());
        // with credentials a browser takes '*' for a field of that name
        this.exposed = cors.allowCredentials() && cors.exposeHeaders().contains(ALL)
                ? ""
                : String.join(", ", cors.exposeHeaders());
    }

    /** The method that a browser asks leave for; null where {@code line} is no preflight. */
    static @Nullable String preflightFor(RequestLine line, Headers headers) {
        boolean preflight = line.method().equals("OPTIONS") && headers.has("origin");
        return preflight ? headers.first(REQUESTED_METHOD) : null;
    }

    /** Fields of the answer to a preflight for {@code method}. */
    Headers preflight(Headers asked, String method) {
        Headers.Builder fields = Headers.builder();
        if (allow(asked, fields)) {
            String wanted = asked.first("access-control-request-headers");
            listed("access-control-allow-methods", methods, method, fields);
            listed("access-control-allow-headers", headers, wanted, fields);
            fields.add("access-control-max-age", Integer.toString(cors.maxAge()));
        }
        return fields.build();
    }

    /** Adds what a page may know of the answer to {@code asked}. */
    void apply(Headers asked, Headers.Builder fields) {
        allow(asked, fields);
    }

    /** Without what a backend says of CORS. */
    static void drop(Headers answer, Headers.Builder fields) {
        answer.forEach((name, value) -> {
            if (!name.regionMatches(true, 0, OURS, 0, OURS.length())) {
                fields.add(name, value);
            }
        });
    }

    private boolean allow(Headers asked, Headers.Builder fields) {
        fields.add("vary", "Origin");
        String origin = asked.first("origin");
        if (origin == null || !allows(origin)) {
            return false;
        }
        fields.add("access-control-allow-origin", origin);
        if (cors.allowCredentials()) {
            fields.add("access-control-allow-credentials", "true");
        }
        if (!exposed.isEmpty()) {
            fields.add("access-control-expose-headers", exposed);
        }
        return true;
    }

    private static void listed(String name, String allowed, @Nullable String asked, Headers.Builder fields) {
        if (allowed.equals(ALL)) {
            if (asked != null) {
                fields.add(name, asked);
            }
        } else if (!allowed.isEmpty()) {
            fields.add(name, allowed);
        }
    }

    private boolean allows(String origin) {
        String asked = Origin.normal(origin);
        for (Origin each : origins) {
            if (each.accepts(asked)) {
                return true;
            }
        }
        return false;
    }

    /**
     * An allowed origin.
     *
     * @param before what comes before the wildcard; the whole origin where there is none
     * @param after what comes after the wildcard; null where there is none
     */
    private record Origin(String before, @Nullable String after) {
        static Origin of(String allowed) {
            String origin = normal(allowed);
            int star = origin.indexOf('*');
            return star < 0
                    ? new Origin(origin, null)
                    : new Origin(origin.substring(0, star), origin.substring(star + 1));
        }

        /** In lower case, without a port that goes without saying. */
        static String normal(String origin) {
            String lower = origin.toLowerCase(Locale.ROOT);
            String port = lower.startsWith("https:") ? ":443" : ":80";
            return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
        }

        boolean accepts(String origin) {
            if (after == null) {
                return origin.equals(before);
            }
            if (before.isEmpty()) {
                return true;
            }
            int wild = origin.length() - before.length() - after.length();
            // a wildcard host stands for a host only, never for a port that the route did not name
            return wild > 0
                    && origin.startsWith(before)
                    && origin.endsWith(after)
                    && origin.lastIndexOf(':', before.length() + wild - 1) < before.length();
        }
    }
}
