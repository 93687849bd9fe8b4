// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import static dev.weft.app.gatewayapi.Bench.rules;

import java.util.List;

/** Redirects: no backend is called. */
final class RedirectCases {
    private RedirectCases() {}

    static List<Case> all() {
        return List.of(
                Case.passes("HTTPRouteRedirectHostAndStatus", "another host, 302 or 301", bench -> {
                    bench.serve(rules(rule("/hostname-redirect", "hostname: example.org")
                            + rule("/host-and-status", "statusCode: 301, hostname: example.org")));
                    bench.redirects(302, "http://example.org/hostname-redirect", "/hostname-redirect");
                    bench.redirects(301, "http://example.org/host-and-status", "/host-and-status");
                }),
                Case.passes("HTTPRouteRedirectPath", "another path, whole or from its prefix on", RedirectCases::path),
                Case.passes("HTTPRouteRedirectPort", "another port", RedirectCases::port),
                Case.passes("HTTPRouteRedirectScheme", "another scheme", RedirectCases::scheme),
                Case.otherwise(
                        "HTTPRouteRedirectPortAndScheme",
                        "the port follows from scheme and listener",
                        "passes over HTTP; the listener's port is taken from the caller's Host field",
                        RedirectCases::portAndScheme),
                Case.passes("HTTPRoute303Redirect", "status 303", bench -> {
                    bench.serve(rules(rule("/see-other", "statusCode: 303")));
                    bench.redirects(303, "http://gateway.example/see-other", "POST /see-other");
                }),
                Case.passes("HTTPRoute307Redirect", "status 307", bench -> {
                    bench.serve(rules(rule("/temporary", "statusCode: 307")));
                    bench.redirects(307, "http://gateway.example/temporary", "/temporary");
                }),
                Case.passes("HTTPRoute308Redirect", "status 308", bench -> {
                    bench.serve(rules(rule("/permanent", "statusCode: 308")));
                    bench.redirects(308, "http://gateway.example/permanent", "/permanent");
                }));
    }

    private static String rule(String prefix, String redirect) {
        return "- matches: [{path: {value: " + prefix + "}}]\n"
                + "  filters: [{type: RequestRedirect, requestRedirect: {" + redirect + "}}]\n";
    }

    private static String prefix(String replacement) {
        return "path: {type: ReplacePrefixMatch, replacePrefixMatch: " + replacement + '}';
    }

    private static String full(String replacement) {
        return "path: {type: ReplaceFullPath, replaceFullPath: " + replacement + '}';
    }

    private static void path(Bench bench) {
        bench.serve(rules(rule("/original-prefix", prefix("/replacement-prefix"))
                + rule("/full", full("/full-path-replacement"))
                + rule("/path-and-host", "hostname: example.org, " + prefix("/replacement-prefix"))
                + rule("/path-and-status", "statusCode: 301, " + prefix("/replacement-prefix"))
                + rule("/full-path-and-host", "hostname: example.org, " + full("/replacement-full"))
                + rule("/full-path-and-status", "statusCode: 301, " + full("/replacement-full"))));
        bench.redirects(302, "http://gateway.example/replacement-prefix/lemon", "/original-prefix/lemon");
        bench.redirects(302, "http://gateway.example/full-path-replacement", "/full/path/original");
        bench.redirects(302, "http://example.org/replacement-prefix", "/path-and-host");
        bench.redirects(301, "http://gateway.example/replacement-prefix", "/path-and-status");
        bench.redirects(302, "http://example.org/replacement-full", "/full-path-and-host");
        bench.redirects(301, "http://gateway.example/replacement-full", "/full-path-and-status");
        bench.redirects(302, "http://gateway.example/replacement-prefix/a?b=c", "/original-prefix/a?b=c");
    }

    private static void port(Bench bench) {
        bench.serve(rules(rule("/port", "port: 8083")
                + rule("/port-and-host", "port: 8083, hostname: example.org")
                + rule("/port-and-status", "port: 8083, statusCode: 301")
                + rule("/port-and-host-and-status", "port: 8083, hostname: example.org, statusCode: 302")));
        bench.redirects(302, "http://gateway.example:8083/port", "/port");
        bench.redirects(302, "http://example.org:8083/port-and-host", "/port-and-host");
        bench.redirects(301, "http://gateway.example:8083/port-and-status", "/port-and-status");
        bench.redirects(302, "http://example.org:8083/port-and-host-and-status", "/port-and-host-and-status");
    }

    private static void scheme(Bench bench) {
        bench.serve(rules(rule("/scheme", "scheme: https")
                + rule("/scheme-and-host", "scheme: https, hostname: example.org")
                + rule("/scheme-and-status", "scheme: https, statusCode: 301")
                + rule("/scheme-and-host-and-status", "scheme: https, hostname: example.org, statusCode: 302")));
        bench.redirects(302, "https://gateway.example/scheme", "/scheme");
        bench.redirects(302, "https://example.org/scheme-and-host", "/scheme-and-host");
        bench.redirects(301, "https://gateway.example/scheme-and-status", "/scheme-and-status");
        bench.redirects(302, "https://example.org/scheme-and-host-and-status", "/scheme-and-host-and-status");
    }

    private static void portAndScheme(Bench bench) {
        bench.serve(rules(rule("/nil-nil", "hostname: example.org")
                + rule("/nil-80", "hostname: example.org, port: 80")
                + rule("/nil-8080", "hostname: example.org, port: 8080")
                + rule("/https-nil", "hostname: example.org, scheme: https")
                + rule("/https-443", "hostname: example.org, scheme: https, port: 443")
                + rule("/https-8443", "hostname: example.org, scheme: https, port: 8443")));
        bench.redirects(302, "http://example.org/nil-nil", "/nil-nil");
        bench.redirects(302, "http://example.org/nil-80", "/nil-80");
        bench.redirects(302, "http://example.org:8080/nil-8080", "/nil-8080");
        bench.redirects(302, "https://example.org/https-nil", "/https-nil");
        bench.redirects(302, "https://example.org/https-443", "/https-443");
        bench.redirects(302, "https://example.org:8443/https-8443", "/https-8443");
        String on8080 = "Host: gateway.example:8080";
        bench.redirects(302, "http://example.org:8080/nil-nil", "/nil-nil", on8080);
        bench.redirects(302, "http://example.org/nil-80", "/nil-80", on8080);
        bench.redirects(302, "https://example.org/https-nil", "/https-nil", on8080);
    }
}
