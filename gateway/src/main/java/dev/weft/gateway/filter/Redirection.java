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
        String hostname = redirect.hostname();
        String authority = exchange.authority();
        String requested = exchange.line().path();
        String query = exchange.line().query();
        String target = path == null ? requested : path.apply(requested);
        String rest = query == null ? target : target + '?' + query;
        if (hostname == null && authority.isEmpty()) {
            return rest; // a caller that names no host knows where it is
        }
        RouteFilter.Scheme wanted = redirect.scheme();
        String scheme = wanted == null ? exchange.scheme() : Spelling.Words.of(wanted);
        Integer port = redirect.port();
        String number = port != null ? port.toString() : wanted != null ? "" : portOf(authority);
        String host = hostname == null ? Authority.host(authority) : hostname;
        String ending = number.isEmpty() || number.equals(wellKnown(scheme)) ? "" : ':' + number;
        return scheme + "://" + host + ending + rest;
    }

    private static String portOf(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(colon + 1) : "";
    }

    private static String wellKnown(String scheme) {
        return scheme.equals("https") ? "443" : "80";
    }
}
