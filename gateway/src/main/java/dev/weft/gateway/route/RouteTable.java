// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.route;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.HttpRoute;
import dev.weft.gateway.filter.RouteFilters;
import dev.weft.net.Authority;
import dev.weft.net.ServerExchange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every route, ready to be looked up: immutable, swapped whole. The precedence is the Gateway API's: the most specific
 * host, then exact path, then regular expression (which the standard leaves open), then longest prefix, then method, then
 * most header matches, then most query matches; then the route's name and the rule's place. The time of a lookup grows
 * with the path's depth, not with the number of routes.
 */
public final class RouteTable {
    private final Map<String, HostRoutes> exactHosts = new HashMap<>();
    private final Map<String, HostRoutes> wildcardHosts = new HashMap<>();
    private final HostRoutes anyHost = new HostRoutes();

    private final Map<String, Compiled> compiled;

    /** A route and its rules, kept for the next table. */
    private record Compiled(HttpRoute route, List<RouteRule> rules) {
        static Compiled of(HttpRoute route) {
            List<RouteRule> rules = new ArrayList<>();
            route.spec().rules().forEach(rule -> rules.addAll(RouteRule.of(route.metadata(), rule)));
            return new Compiled(route, rules);
        }
    }

    public RouteTable(List<HttpRoute> routes) {
        this(routes, Map.of());
    }

    private RouteTable(List<HttpRoute> routes, Map<String, Compiled> before) {
        List<HttpRoute> inOrder = new ArrayList<>(routes);
        inOrder.sort(Comparator.comparing((HttpRoute each) -> each.metadata().namespace())
                .thenComparing(each -> each.metadata().name()));
        compiled = HashMap.newHashMap(inOrder.size());
        for (HttpRoute route : inOrder) {
            Compiled known = before.get(route.name());
            Compiled ready = known != null && known.route().equals(route) ? known : Compiled.of(route);
            compiled.put(route.name(), ready);
            ready.rules().forEach(rule -> add(route.spec().hostnames(), rule));
        }
        exactHosts.values().forEach(HostRoutes::sort);
        wildcardHosts.values().forEach(HostRoutes::sort);
        anyHost.sort();
    }

    /** The table of {@code routes}; what has not changed is not compiled again. */
    public RouteTable changedTo(List<HttpRoute> routes) {
        return new RouteTable(routes, compiled);
    }

    private void add(List<String> hostnames, RouteRule rule) {
        if (hostnames.isEmpty()) {
            anyHost.add(rule);
        }
        for (String hostname : hostnames) {
            String host = hostname.toLowerCase(Locale.ROOT);
            if (host.startsWith("*.")) {
                wildcardHosts
                        .computeIfAbsent(host.substring(1), suffix -> new HostRoutes())
                        .add(rule);
            } else {
                exactHosts.computeIfAbsent(host, name -> new HostRoutes()).add(rule);
            }
        }
    }

    /** The rule that an exchange falls under, or null. A page's preflight falls under the rule of the call it is for. */
    @Nullable
    public RouteRule match(ServerExchange exchange) {
        RequestLine line = exchange.line();
        String method = RouteFilters.preflightFor(line, exchange.headers());
        if (method != null) {
            RequestLine meant = new RequestLine(method, line.path(), line.query());
            RouteRule rule = match(exchange.authority(), meant, exchange.headers());
            if (rule != null && rule.answersPreflights()) {
                return rule;
            }
        }
        return match(exchange.authority(), line, exchange.headers());
    }

    /** The rule that a request falls under, or null. */
    @Nullable
    public RouteRule match(String authority, RequestLine line, Headers headers) {
        RequestFacts facts = new RequestFacts(line, headers);
        if (!exactHosts.isEmpty() || !wildcardHosts.isEmpty()) {
            String host = Authority.host(authority);
            HostRoutes exact = exactHosts.get(host);
            RouteRule found = exact == null ? null : exact.match(facts);
            for (int dot = host.indexOf('.'); found == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
                HostRoutes wildcard = dot == 0 ? null : wildcardHosts.get(host.substring(dot));
                found = wildcard == null ? null : wildcard.match(facts);
            }
            if (found != null) {
                return found;
            }
        }
        return anyHost.match(facts);
    }

    /** Whether some route names the host of {@code authority}, exactly or by a wildcard. */
    public boolean names(String authority) {
        String host = Authority.host(authority);
        boolean found = exactHosts.containsKey(host);
        for (int dot = host.indexOf('.'); !found && dot > 0; dot = host.indexOf('.', dot + 1)) {
            found = wildcardHosts.containsKey(host.substring(dot));
        }
        return found;
    }

    /** The rules of one host name. */
    private static final class HostRoutes {
        private static final Comparator<RouteRule> MORE_SPECIFIC_FIRST = Comparator.comparing(
                        (RouteRule rule) -> rule.method() == null)
                .thenComparingInt(rule -> -rule.headers().size())
                .thenComparingInt(rule -> -rule.queryParams().size());

        private final Map<String, List<RouteRule>> exact = new HashMap<>();
        private final Map<String, List<RouteRule>> prefixes = new HashMap<>();
        private final List<RouteRule> expressions = new ArrayList<>();

        void add(RouteRule rule) {
            switch (rule.pathType()) {
                case EXACT ->
                    exact.computeIfAbsent(rule.path(), path -> new ArrayList<>())
                            .add(rule);
                case PATH_PREFIX ->
                    prefixes.computeIfAbsent(withoutEndSlash(rule.path()), path -> new ArrayList<>())
                            .add(rule);
                case REGULAR_EXPRESSION -> expressions.add(rule);
            }
        }

        void sort() {
            exact.values().forEach(rules -> rules.sort(MORE_SPECIFIC_FIRST));
            prefixes.values().forEach(rules -> rules.sort(MORE_SPECIFIC_FIRST));
            expressions.sort(
                    Comparator.comparingInt((RouteRule rule) -> -rule.path().length())
                            .thenComparing(MORE_SPECIFIC_FIRST));
        }

        @Nullable
        RouteRule match(RequestFacts facts) {
            String path = facts.line().path();
            RouteRule found = first(exact.get(path), facts);
            if (found != null) {
                return found;
            }
            for (RouteRule rule : expressions) {
                if (rule.pathMatches(path) && rule.matches(facts)) {
                    return rule;
                }
            }
            String prefix = withoutEndSlash(path);
            while (true) {
                found = first(prefixes.get(prefix), facts);
                if (found != null || prefix.isEmpty()) {
                    return found;
                }
                prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')));
            }
        }

        private static @Nullable RouteRule first(@Nullable List<RouteRule> rules, RequestFacts facts) {
            if (rules != null) {
                for (RouteRule rule : rules) {
                    if (rule.matches(facts)) {
                        return rule;
                    }
                }
            }
            return null;
        }

        private static String withoutEndSlash(String path) {
            return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        }
    }
}
