// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.HttpRoute.Match;
import dev.weft.api.resource.HttpRoute.PathMatch;
import dev.weft.api.resource.HttpRoute.PathType;
import dev.weft.api.resource.HttpRoute.ValueMatch;
import dev.weft.api.resource.HttpRoute.ValueType;
import dev.weft.api.resource.Metadata;
import dev.weft.gateway.route.RouteBackend;
import dev.weft.gateway.route.RouteRule;
import dev.weft.gateway.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The Gateway API's matching and precedence, case by case. */
class RouteTableTest {
    private static final Metadata ROUTE = new Metadata("r", Metadata.DEFAULT_NAMESPACE, Map.of(), Map.of());
    private final List<HttpRoute> routes = new ArrayList<>();

    @Test
    void aPrefixMatchesWholePathElements() {
        route("a", List.of(), prefix("/foo"));
        assertThat(find("/foo")).isEqualTo("a");
        assertThat(find("/foo/")).isEqualTo("a");
        assertThat(find("/foo/bar")).isEqualTo("a");
        assertThat(find("/foobar")).isNull();
        assertThat(find("/")).isNull();
    }

    @Test
    void aTrailingSlashOfAPrefixMeansNothing() {
        route("a", List.of(), prefix("/foo/"));
        assertThat(find("/foo")).isEqualTo("a");
        assertThat(find("/foo/bar")).isEqualTo("a");
    }

    @Test
    void anExactPathIsComparedToTheLetter() {
        route("a", List.of(), path(PathType.EXACT, "/foo"));
        assertThat(find("/foo")).isEqualTo("a");
        assertThat(find("/foo/")).isNull();
        assertThat(find("/FOO")).isNull();
    }

    @Test
    void exactBeatsExpressionBeatsLongestPrefix() {
        route("root", List.of(), prefix("/"));
        route("short", List.of(), prefix("/a"));
        route("long", List.of(), prefix("/a/b"));
        route("expression", List.of(), path(PathType.REGULAR_EXPRESSION, "/a/b/[0-9]+"));
        route("exact", List.of(), path(PathType.EXACT, "/a/b/7"));
        assertThat(find("/a/b/7")).isEqualTo("exact");
        assertThat(find("/a/b/8")).isEqualTo("expression");
        assertThat(find("/a/b/x")).isEqualTo("long");
        assertThat(find("/a/x")).isEqualTo("short");
        assertThat(find("/x")).isEqualTo("root");
    }

    @Test
    void amongEqualPathsMethodThenHeadersThenQueryDecide() {
        route("plain", List.of(), prefix("/a"));
        route("query", List.of(), match("/a", List.of(), List.of(exact("q", "1")), null));
        route("header", List.of(), match("/a", List.of(exact("x", "1")), List.of(), null));
        route("headers", List.of(), match("/a", List.of(exact("x", "1"), exact("y", "2")), List.of(), null));
        route("method", List.of(), match("/a", List.of(), List.of(), HttpRoute.Method.GET));
        Headers x = Headers.of("X", "1");
        Headers both = Headers.of("X", "1", "y", "2");
        assertThat(find("", "POST", "/a", null, Headers.none())).isEqualTo("plain");
        assertThat(find("", "POST", "/a", "q=1", Headers.none())).isEqualTo("query");
        assertThat(find("", "POST", "/a", "q=1", x)).isEqualTo("header");
        assertThat(find("", "POST", "/a", "q=1", both)).isEqualTo("headers");
        assertThat(find("", "GET", "/a", "q=1", both)).isEqualTo("method");
    }

    @Test
    void tiesGoToTheFirstNameThenToTheFirstRule() {
        route("b", List.of(), prefix("/a"));
        route("a", List.of(), prefix("/a"));
        assertThat(find("/a")).isEqualTo("a");
    }

    @Test
    void theMostSpecificHostDecidesAndOthersFollowWhenItHasNoMatch() {
        route("any", List.of(), prefix("/"));
        route("wide", List.of("*.example.com"), prefix("/"));
        route("narrow", List.of("*.eu.example.com"), prefix("/"));
        route("exact", List.of("shop.eu.example.com"), prefix("/only"));
        assertThat(find("shop.eu.example.com", "GET", "/only", null, Headers.none()))
                .isEqualTo("exact");
        assertThat(find("shop.eu.example.com:8080", "GET", "/else", null, Headers.none()))
                .isEqualTo("narrow");
        assertThat(find("SHOP.us.example.com", "GET", "/", null, Headers.none()))
                .isEqualTo("wide");
        assertThat(find("example.com", "GET", "/", null, Headers.none())).isEqualTo("any");
        assertThat(find("other.org", "GET", "/", null, Headers.none())).isEqualTo("any");
    }

    @Test
    void valuesMayBeExpressionsOverTheWholeValue() {
        route(
                "a",
                List.of(),
                match(
                        "/",
                        List.of(new ValueMatch(ValueType.REGULAR_EXPRESSION, "x", "v[0-9]+")),
                        List.of(new ValueMatch(ValueType.REGULAR_EXPRESSION, "q", "a.c")),
                        null));
        assertThat(find("", "GET", "/", "q=a%20c", Headers.of("x", "v12"))).isEqualTo("a");
        assertThat(find("", "GET", "/", "q=abcd", Headers.of("x", "v12"))).isNull();
        assertThat(find("", "GET", "/", "q=abc", Headers.of("x", "v12b"))).isNull();
    }

    @Test
    void ruleWithoutMatchesTakesEverything() {
        routes.add(new HttpRoute(
                new Metadata("all", "default", Map.of(), Map.of()),
                new HttpRoute.Spec(
                        List.of(),
                        List.of(),
                        List.of(new HttpRoute.Rule(null, List.of(), List.of(), backend("f", 1), null, null, null)))));
        assertThat(find("/anything")).isEqualTo("all");
    }

    @Test
    void backendsShareByWeightAndZeroGetsNothing() {
        List<HttpRoute.BackendRef> backends = new ArrayList<>(backend("one", 1));
        backends.addAll(backend("three", 3));
        backends.addAll(backend("none", 0));
        RouteRule rule = RouteRule.of(ROUTE, new HttpRoute.Rule(null, List.of(), List.of(), backends, null, null, null))
                .getFirst();
        assertThat(drawn(rule, 0.2)).isEqualTo("one");
        assertThat(drawn(rule, 0.26)).isEqualTo("three");
        assertThat(drawn(rule, 0.9999)).isEqualTo("three");
        RouteRule empty = RouteRule.of(
                        ROUTE, new HttpRoute.Rule(null, List.of(), List.of(), backend("f", 0), null, null, null))
                .getFirst();
        assertThat(empty.backend(0)).isNull();
    }

    private static @Nullable String drawn(RouteRule rule, double draw) {
        RouteBackend backend = rule.backend(draw);
        return backend == null ? null : backend.name();
    }

    @Test
    void dotSegmentsAreSeenThroughTheirEscapes() {
        assertThat(List.of("/a/../b", "/..", "/a/./b", "/%2e%2E/x", "/a/.%2e")).allMatch(InvocationPath::suspicious);
        assertThat(List.of("/a/...", "/.well-known/x", "/a..b", "/a.", "/..a/b"))
                .noneMatch(InvocationPath::suspicious);
    }

    private void route(String name, List<String> hosts, Match match) {
        routes.add(new HttpRoute(
                new Metadata(name, "default", Map.of(), Map.of()),
                new HttpRoute.Spec(
                        List.of(),
                        hosts,
                        List.of(new HttpRoute.Rule(
                                null, List.of(match), List.of(), backend("f", 1), null, null, null)))));
    }

    private static List<HttpRoute.BackendRef> backend(String name, int weight) {
        return List.of(new HttpRoute.BackendRef("weft.dev", "Function", name, null, null, weight, List.of()));
    }

    private static Match prefix(String value) {
        return path(PathType.PATH_PREFIX, value);
    }

    private static Match path(PathType type, String value) {
        return new Match(new PathMatch(type, value), List.of(), List.of(), null);
    }

    private static Match match(
            String prefix, List<ValueMatch> headers, List<ValueMatch> params, HttpRoute.@Nullable Method method) {
        return new Match(new PathMatch(PathType.PATH_PREFIX, prefix), headers, params, method);
    }

    private static ValueMatch exact(String name, String value) {
        return new ValueMatch(ValueType.EXACT, name, value);
    }

    private @Nullable String find(String path) {
        return find("", "GET", path, null, Headers.none());
    }

    private @Nullable String find(String host, String method, String path, @Nullable String query, Headers headers) {
        RouteRule rule = new RouteTable(routes).match(host, new RequestLine(method, path, query), headers);
        return rule == null ? null : rule.route();
    }
}
