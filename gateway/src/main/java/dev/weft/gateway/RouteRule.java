// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import com.google.re2j.Pattern;
import dev.weft.api.resource.HttpRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One match of one rule, compiled, with where its requests go. */
record RouteRule(
        String route,
        HttpRoute.PathType pathType,
        String path,
        @Nullable Pattern pathExpression,
        @Nullable String method,
        List<Value> headers,
        List<Value> queryParams,
        List<HttpRoute.BackendRef> backends,
        List<String> limits) {
    /** A header field or query parameter and what it must be. */
    record Value(String name, String exact, @Nullable Pattern expression) {
        static Value of(HttpRoute.ValueMatch match) {
            return switch (match.type()) {
                case EXACT -> new Value(match.name(), match.value(), null);
                case REGULAR_EXPRESSION -> new Value(match.name(), "", Pattern.compile(match.value()));
            };
        }

        boolean accepts(@Nullable String value) {
            if (value == null) {
                return false;
            }
            return expression == null ? exact.equals(value) : expression.matches(value);
        }
    }

    /** The matches of {@code rule}; one that takes everything where it names none. */
    static List<RouteRule> of(String route, HttpRoute.Rule rule) {
        List<RouteRule> rules = new ArrayList<>();
        for (HttpRoute.Match match : rule.matches()) {
            HttpRoute.PathMatch path = match.path();
            HttpRoute.PathType type = path == null ? HttpRoute.PathType.PATH_PREFIX : path.type();
            String value = path == null ? "/" : path.value();
            HttpRoute.Method method = match.method();
            rules.add(new RouteRule(
                    route,
                    type,
                    value,
                    type == HttpRoute.PathType.REGULAR_EXPRESSION ? Pattern.compile(value) : null,
                    method == null ? null : method.name(),
                    match.headers().stream().map(Value::of).toList(),
                    match.queryParams().stream().map(Value::of).toList(),
                    rule.backendRefs(),
                    limits(rule)));
        }
        if (rules.isEmpty()) {
            rules.add(new RouteRule(
                    route,
                    HttpRoute.PathType.PATH_PREFIX,
                    "/",
                    null,
                    null,
                    List.of(),
                    List.of(),
                    rule.backendRefs(),
                    limits(rule)));
        }
        return rules;
    }

    /** The limits that its filters name. */
    private static List<String> limits(HttpRoute.Rule rule) {
        return rule.filters().stream()
                .map(HttpRoute.Filter::extensionRef)
                .filter(Objects::nonNull)
                .map(HttpRoute.ExtensionRef::name)
                .toList();
    }

    boolean pathMatches(String requested) {
        return pathExpression != null && pathExpression.matches(requested);
    }

    /** Whether everything but the path matches. */
    boolean matches(RequestFacts facts) {
        if (method != null && !method.equals(facts.line().method())) {
            return false;
        }
        for (Value header : headers) {
            if (!header.accepts(facts.headers().first(header.name()))) {
                return false;
            }
        }
        for (Value param : queryParams) {
            if (!param.accepts(facts.queryParam(param.name()))) {
                return false;
            }
        }
        return true;
    }

    /** The function that a request goes to, by weight; null where there is none. @param draw in [0, 1) */
    @Nullable
    String backend(double draw) {
        if (backends.size() == 1 && backends.getFirst().weight() > 0) {
            return backends.getFirst().name();
        }
        long sum = 0;
        for (HttpRoute.BackendRef backend : backends) {
            sum += backend.weight();
        }
        double left = draw * sum;
        for (HttpRoute.BackendRef backend : backends) {
            left -= backend.weight();
            if (left < 0) {
                return backend.name();
            }
        }
        return null;
    }
}
