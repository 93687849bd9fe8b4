// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.route;

import com.google.re2j.Pattern;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.RouteFilter;
import dev.weft.gateway.filter.RouteFilters;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One match of one rule, compiled, with where its requests go. */
public record RouteRule(
        String route,
        HttpRoute.PathType pathType,
        String path,
        @Nullable Pattern pathExpression,
        @Nullable String method,
        List<Value> headers,
        List<Value> queryParams,
        List<RouteBackend> backends,
        List<String> limits,
        @Nullable RouteFilters filters,
        HttpRoute.@Nullable Timeouts timeouts) {
    /** A header field or query parameter and what it must be. */
    public record Value(String name, String exact, @Nullable Pattern expression) {
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
    public static List<RouteRule> of(Metadata route, HttpRoute.Rule rule) {
        if (rule.matches().isEmpty()) {
            return List.of(of(route, rule, new HttpRoute.Match(null, List.of(), List.of(), null)));
        }
        return rule.matches().stream().map(match -> of(route, rule, match)).toList();
    }

    private static RouteRule of(Metadata route, HttpRoute.Rule rule, HttpRoute.Match match) {
        HttpRoute.PathMatch path = match.path();
        HttpRoute.PathType type = path == null ? HttpRoute.PathType.PATH_PREFIX : path.type();
        String value = path == null ? "/" : path.value();
        HttpRoute.Method method = match.method();
        return new RouteRule(
                route.qualifiedName(),
                type,
                value,
                type == HttpRoute.PathType.REGULAR_EXPRESSION ? Pattern.compile(value) : null,
                method == null ? null : method.name(),
                match.headers().stream().map(Value::of).toList(),
                match.queryParams().stream().map(Value::of).toList(),
                rule.backendRefs().stream()
                        .map(backend -> RouteBackend.of(backend, rule, value, route.namespace()))
                        .toList(),
                limits(rule, route.namespace()),
                RouteFilters.of(rule.filters(), List.of(), value, route.namespace()),
                rule.timeouts());
    }

    /** The filters of the rule and of the backend that was drawn; null where there are none. */
    @Nullable
    public RouteFilters filters(@Nullable RouteBackend drawn) {
        return drawn == null ? filters : drawn.filters();
    }

    /** Whether preflights of pages are answered under this rule. */
    public boolean answersPreflights() {
        return (filters != null && filters.answersPreflights())
                || backends.stream()
                        .map(RouteBackend::filters)
                        .anyMatch(each -> each != null && each.answersPreflights());
    }

    /** Time for the whole answer; null for none. */
    @Nullable
    public Duration requestMax() {
        Duration most = timeouts == null ? null : timeouts.request();
        return most == null || most.isZero() ? null : most;
    }

    /** Time for one backend's answer; null for none. */
    @Nullable
    public Duration backendMax() {
        Duration most = timeouts == null ? null : timeouts.backendRequest();
        return most == null || most.isZero() ? null : most;
    }

    /** The limits that its filters name. */
    private static List<String> limits(HttpRoute.Rule rule, String namespace) {
        return rule.filters().stream()
                .map(RouteFilter::extensionRef)
                .filter(Objects::nonNull)
                .map(each -> Metadata.qualified(namespace, each.name()))
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

    /** The backend that a request goes to, by weight; null where there is none. @param draw in [0, 1) */
    @Nullable
    public RouteBackend backend(double draw) {
        if (backends.size() == 1 && backends.getFirst().weight() > 0) {
            return backends.getFirst();
        }
        long sum = 0;
        for (RouteBackend backend : backends) {
            sum += backend.weight();
        }
        double left = draw * sum;
        for (RouteBackend backend : backends) {
            left -= backend.weight();
            if (left < 0) {
                return backend;
            }
        }
        return null;
    }
}
