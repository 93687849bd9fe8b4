// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import static dev.weft.app.gatewayapi.Bench.rules;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Pages of other origins: preflights are answered by the gateway. */
final class CorsCases {
    private static final String ORIGIN = "access-control-allow-origin";
    private static final String METHODS = "access-control-allow-methods";
    private static final String HEADERS = "access-control-allow-headers";
    private static final String CREDENTIALS = "access-control-allow-credentials";

    private CorsCases() {}

    static List<Case> all() {
        return List.of(
                Case.passes("HTTPRouteCORS", "preflights and calls of allowed origins, wildcards", CorsCases::cors),
                Case.passes(
                        "HTTPRouteCORSAllowCredentialsBehavior",
                        "credentials are allowed only if the route says so, and only to allowed origins",
                        CorsCases::credentials));
    }

    private static String rule(String path, String cors) {
        return "- matches: [{path: {value: " + path + "}}]\n  filters: [{type: CORS, cors: {" + cors
                + "}}]\n  backendRefs: [{name: v1, port: 8080}]\n";
    }

    private static Reply preflight(Bench bench, String path, String origin, String method, String... more) {
        List<String> fields = new java.util.ArrayList<>(List.of(more));
        fields.add("Origin: " + origin);
        fields.add("access-control-request-method: " + method);
        Reply reply = bench.ask("OPTIONS " + path, fields.toArray(String[]::new));
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.body()).isEmpty();
        return reply;
    }

    private static void cors(Bench bench) {
        bench.serve(rules(rule(
                        "/cors-1",
                        "allowOrigins: [\"https://www.foo.com\", \"https://*.bar.com\"], allowMethods: [GET, OPTIONS],"
                                + " allowHeaders: [x-header-1, x-header-2], exposeHeaders: [x-header-3, x-header-4],"
                                + " allowCredentials: true, maxAge: 3600")
                + rule("/cors-2", "allowOrigins: [\"https://www.foo.com\"], allowMethods: [\"*\"]")
                + rule("/cors-wildcard-origin", "allowOrigins: [\"*\"], allowMethods: [PUT]")
                + rule(
                        "/cors-wildcard-methods-headers",
                        "allowOrigins: [\"*\"], allowMethods: [\"*\"], allowHeaders: [\"*\"], allowCredentials: true")
                + rule(
                        "/cors-wildcard-methods-headers-unauth",
                        "allowOrigins: [\"*\"], allowMethods: [\"*\"], allowHeaders: [\"*\"]")));
        exactAndWildcardOrigins(bench);
        wildcards(bench);
    }

    private static void exactAndWildcardOrigins(Bench bench) {
        String asked = "access-control-request-headers: x-header-1, x-header-2";
        for (String origin : List.of("https://www.foo.com", "https://www.bar.com", "https://xpto.www.bar.com")) {
            Reply allowed = preflight(bench, "/cors-1", origin, "GET", asked);
            assertThat(allowed.field(ORIGIN)).isEqualTo(origin);
            assertThat(allowed.field(METHODS)).isEqualTo("GET,OPTIONS");
            assertThat(allowed.field(HEADERS)).isEqualTo("x-header-1,x-header-2");
            assertThat(allowed.field("access-control-expose-headers")).isEqualTo("x-header-3,x-header-4");
            assertThat(allowed.field("access-control-max-age")).isEqualTo("3600");
            assertThat(allowed.field(CREDENTIALS)).isEqualTo("true");
        }
        assertThat(preflight(bench, "/cors-1", "https://foobar.com", "GET").field(ORIGIN))
                .isEmpty();
        assertThat(bench.backend("v1").seen()).isEmpty();
        for (String origin : List.of("https://www.foo.com", "https://www.bar.com")) {
            assertThat(bench.reaches("v1", "/cors-1", "Origin: " + origin, asked)
                            .field(ORIGIN))
                    .isEqualTo(origin);
        }
        assertThat(bench.reaches("v1", "/cors-1", "Origin: https://foobar.com").field(ORIGIN))
                .isEmpty();
    }

    private static void wildcards(Bench bench) {
        Reply post = preflight(bench, "/cors-2", "https://www.foo.com", "POST");
        assertThat(post.field(METHODS)).isIn("POST", "*");
        assertThat(post.field(ORIGIN)).isEqualTo("https://www.foo.com");
        assertThat(post.field(CREDENTIALS)).isEmpty();
        for (String origin : List.of("https://foobar.com", "https://foobar.com:12345")) {
            Reply any = preflight(bench, "/cors-wildcard-origin", origin, "PUT");
            assertThat(any.field(ORIGIN)).isIn(origin, "*");
            assertThat(any.field(METHODS)).isEqualTo("PUT");
            assertThat(any.field(CREDENTIALS)).isEmpty();
            Reply put = bench.reaches("v1", "PUT /cors-wildcard-origin", "Origin: " + origin);
            assertThat(put.field(ORIGIN)).isIn(origin, "*");
            assertThat(put.field(CREDENTIALS)).isEmpty();
        }
        String other = "https://other.foo.com";
        String asked = "access-control-request-headers: x-header-1, x-header-2";
        Reply with = preflight(bench, "/cors-wildcard-methods-headers", other, "PUT", asked);
        assertThat(with.field(ORIGIN)).isEqualTo(other);
        assertThat(with.field(METHODS)).isEqualTo("PUT");
        assertThat(with.field(HEADERS)).isEqualTo("x-header-1,x-header-2");
        assertThat(with.field(CREDENTIALS)).isEqualTo("true");
        Reply without = preflight(bench, "/cors-wildcard-methods-headers-unauth", other, "PUT", asked);
        assertThat(without.field(ORIGIN)).isIn(other, "*");
        assertThat(without.field(METHODS)).isIn("PUT", "*");
        assertThat(without.field(HEADERS)).isIn("x-header-1,x-header-2", "*");
        assertThat(without.field(CREDENTIALS)).isEmpty();
        Reply cookie = bench.reaches("v1", "/cors-wildcard-methods-headers", "Origin: " + other, "Cookie: foo=bar");
        assertThat(cookie.field(ORIGIN)).isEqualTo(other);
        assertThat(cookie.field(CREDENTIALS)).isEqualTo("true");
        Reply hidden =
                bench.reaches("v1", "/cors-wildcard-methods-headers-unauth", "Origin: " + other, "Cookie: foo=bar");
        assertThat(hidden.field(ORIGIN)).isEqualTo(other);
        assertThat(hidden.field(CREDENTIALS)).isEmpty();
    }

    private static void credentials(Bench bench) {
        String origin = "https://app.example";
        bench.serve(rules(rule("/creds-false", "allowOrigins: [\"" + origin + "\"], allowCredentials: false")
                + rule("/creds-true", "allowOrigins: [\"" + origin + "\"], allowCredentials: true")));
        String[] secret = {"Cookie: sid=abc123", "Authorization: Bearer test"};
        assertThat(bench.reaches("v1", "/creds-false", "Origin: " + origin, secret[0], secret[1])
                        .field(CREDENTIALS))
                .isEmpty();
        assertThat(bench.reaches("v1", "/creds-true", "Origin: http://not-app.example", secret[0], secret[1])
                        .field(CREDENTIALS))
                .isEmpty();
        Reply allowed = bench.reaches("v1", "/creds-true", "Origin: " + origin, secret[0], secret[1]);
        assertThat(allowed.field(CREDENTIALS)).isEqualTo("true");
        assertThat(allowed.field(ORIGIN)).isEqualTo(origin);
    }
}
