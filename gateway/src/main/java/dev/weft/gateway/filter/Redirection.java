// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.resource.RouteFilter;
import dev.weft.api.resource.Spelling;
import dev.weft.net.Authority;
import dev.weft.net.ServerExchange;
import org.jspecify.annotations.Nullable;

/** A redirect: where to send the caller instead. */
record Redirection(RouteFilter.Redirect redirect, @Nullable UrlEdit path) {
    /**
     * The address for the caller. Without a scheme and a port of the filter's own it keeps the port that the caller used,
     * which is the listener's as the caller sees it, also through a mapped port.
     */
    String location(ServerExchange exchange) {
        RouteFilter.Scheme wanted = redirect.scheme();
        String scheme = wanted == null ? exchange.scheme() : Spelling.Words.of(wanted);
        String authority = exchange.authority();
        String hostname = redirect.hostname();
        StringBuilder out =
                new StringBuilder(scheme).append("://").append(hostname == null ? Authority.host(authority) : hostname);
        Integer port = redirect.port();
        String number = port != null ? port.toString() : wanted != null ? "" : portOf(authority);
        if (!number.isEmpty() && !number.equals(wellKnown(scheme))) {
            out.append(':').append(number);
        }
        String requested = exchange.line().path();
        out.append(path == null ? requested : path.apply(requested));
        String query = exchange.line().query();
        return query == null ? out.toString() : out.append('?').append(query).toString();
    }

    private static String portOf(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(colon + 1) : "";
    }

    private static String wellKnown(String scheme) {
        return scheme.equals("https") ? "443" : "80";
    }
}
