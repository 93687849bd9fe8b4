// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import static dev.weft.app.gatewayapi.Bench.route;
import static dev.weft.app.gatewayapi.Bench.rules;

import java.util.List;

/** Which requests fall under which rule. */
final class MatchingCases {
    private MatchingCases() {}

    static List<Case> all() {
        return List.of(
                Case.passes("HTTPRouteSimpleSameNamespace", "a rule without matches takes every request", bench -> {
                    bench.serve(rules("- backendRefs: [{name: v1, port: 8080}]\n"));
                    bench.reaches("v1", "/");
                }),
                Case.passes("HTTPRouteExactPathMatching", "Exact matches a path to the letter", MatchingCases::exact),
                Case.passes("HTTPRouteMatching", "path and header matches of one route", MatchingCases::matching),
                Case.passes(
                        "HTTPRouteMatchingAcrossRoutes",
                        "two routes share a host; the more specific match wins",
                        MatchingCases::acrossRoutes),
                Case.passes(
                        "HTTPRoutePathMatchOrder",
                        "Exact goes before PathPrefix, a longer prefix before a shorter",
                        MatchingCases::pathOrder),
                Case.passes(
                        "HTTPRouteHeaderMatching",
                        "header matches, all of one and any of several",
                        MatchingCases::headers),
                Case.passes(
                        "HTTPRouteQueryParamMatching",
                        "query matches, alone and with paths and headers, and their precedence",
                        MatchingCases::queryParams),
                Case.passes(
                        "HTTPRouteMethodMatching",
                        "method matches, alone and with paths and headers, and their precedence",
                        MatchingCases::methods),
                Case.passes("HTTPRouteNamedRule", "a rule may have a name", bench -> {
                    bench.serve(rules("""
                            - {name: named, matches: [{path: {value: /named}}], backendRefs: [{name: v1, port: 8080}]}
                            - {matches: [{path: {value: /unnamed}}], backendRefs: [{name: v2, port: 8080}]}
                            """));
                    bench.reaches("v1", "/named");
                    bench.reaches("v2", "/unnamed");
                }),
                Case.otherwise(
                        "HTTPRouteHostnameIntersection",
                        "host names, also with wildcards, decide which route answers",
                        "passes for the routes' own host names; Weft's Gateway has one listener, for every host",
                        MatchingCases::hostnames));
    }

    private static void exact(Bench bench) {
        bench.serve(rules("""
                - {matches: [{path: {type: Exact, value: /one}}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{path: {type: Exact, value: /two}}], backendRefs: [{name: v2, port: 8080}]}
                """));
        bench.reaches("v1", "/one");
        bench.reaches("v2", "/two");
        for (String path : List.of("/", "/one/example", "/two/", "/Two")) {
            bench.answers(404, path);
        }
    }

    private static void matching(Bench bench) {
        bench.serve(rules("""
                - matches: [{path: {value: /}}, {headers: [{name: version, value: one}]}]
                  backendRefs: [{name: v1, port: 8080}]
                - matches: [{path: {value: /v2}}, {headers: [{name: version, value: two}]}]
                  backendRefs: [{name: v2, port: 8080}]
                """));
        bench.reaches("v1", "/");
        bench.reaches("v1", "/example");
        bench.reaches("v1", "/", "Version: one");
        bench.reaches("v2", "/v2");
        bench.reaches("v2", "/v2/example");
        bench.reaches("v2", "/", "Version: two");
        bench.reaches("v2", "/v2/");
        bench.reaches("v1", "/v2example");
        bench.reaches("v1", "/foo/v2/example");
    }

    private static void acrossRoutes(Bench bench) {
        bench.serve(route("part1", """
                hostnames: [example.com, example.net]
                rules:
                - matches: [{path: {value: /}}, {headers: [{name: version, value: one}]}]
                  backendRefs: [{name: v1, port: 8080}]
                """), route("part2", """
                hostnames: [example.com]
                rules:
                - matches: [{path: {value: /v2}}, {headers: [{name: version, value: two}]}]
                  backendRefs: [{name: v2, port: 8080}]
                """));
        bench.reaches("v1", "/", "Host: example.com");
        bench.reaches("v1", "/example", "Host: example.com");
        bench.reaches("v1", "/example", "Host: example.net");
        bench.reaches("v1", "/example", "Host: example.com", "Version: one");
        bench.reaches("v2", "/v2", "Host: example.com");
        bench.reaches("v1", "/v2", "Host: example.net");
        bench.reaches("v2", "/v2/example", "Host: example.com");
        bench.reaches("v2", "/", "Host: example.com", "Version: two");
    }

    private static void pathOrder(Bench bench) {
        bench.serve(rules("""
                - {matches: [{path: {type: Exact, value: /match}}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{path: {type: Exact, value: /match/exact}}], backendRefs: [{name: v2, port: 8080}]}
                - {matches: [{path: {type: Exact, value: /match/exact/one}}], backendRefs: [{name: v3, port: 8080}]}
                - {matches: [{path: {value: /match/}}], backendRefs: [{name: v3, port: 8080}]}
                - {matches: [{path: {value: /match/prefix/}}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{path: {value: /match/prefix/one}}], backendRefs: [{name: v2, port: 8080}]}
                """));
        bench.reaches("v3", "/match/exact/one");
        bench.reaches("v2", "/match/exact");
        bench.reaches("v1", "/match");
        bench.reaches("v2", "/match/prefix/one/any");
        bench.reaches("v1", "/match/prefix/any");
        bench.reaches("v3", "/match/any");
    }

    private static void headers(Bench bench) {
        bench.serve(rules("""
                - {matches: [{headers: [{name: version, value: one}]}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{headers: [{name: version, value: two}]}], backendRefs: [{name: v2, port: 8080}]}
                - matches: [{headers: [{name: version, value: two}, {name: color, value: orange}]}]
                  backendRefs: [{name: v1, port: 8080}]
                - matches: [{headers: [{name: color, value: blue}]}, {headers: [{name: color, value: green}]}]
                  backendRefs: [{name: v1, port: 8080}]
                - matches: [{headers: [{name: color, value: red}]}, {headers: [{name: color, value: yellow}]}]
                  backendRefs: [{name: v2, port: 8080}]
                """));
        bench.reaches("v1", "/", "Version: one");
        bench.reaches("v2", "/", "Version: two");
        bench.reaches("v1", "/", "Version: two", "Color: orange");
        bench.reaches("v2", "/", "Version: two", "Color: blue");
        bench.answers(404, "/", "Color: orange");
        bench.answers(404, "/", "Some-Other-Header: one");
        bench.reaches("v1", "/", "Color: blue");
        bench.reaches("v1", "/", "Color: green");
        bench.reaches("v2", "/", "Color: red");
        bench.reaches("v2", "/", "Color: yellow");
        bench.answers(404, "/", "Color: purple");
    }

    private static void queryParams(Bench bench) {
        bench.serve(rules("""
                - {matches: [{queryParams: [{name: animal, value: whale}]}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{queryParams: [{name: animal, value: dolphin}]}], backendRefs: [{name: v2, port: 8080}]}
                - matches:
                  - queryParams: [{name: animal, value: dolphin}, {name: color, value: blue}]
                  - queryParams: [{name: ANIMAL, value: Whale}]
                  backendRefs: [{name: v3, port: 8080}]
                - matches: [{path: {value: /path1}, queryParams: [{name: animal, value: whale}]}]
                  backendRefs: [{name: v1, port: 8080}]
                - matches: [{headers: [{name: version, value: one}], queryParams: [{name: animal, value: whale}]}]
                  backendRefs: [{name: v2, port: 8080}]
                - matches:
                  - path: {value: /path2}
                    headers: [{name: version, value: two}]
                    queryParams: [{name: animal, value: whale}]
                  backendRefs: [{name: v3, port: 8080}]
                - matches:
                  - {path: {value: /path3}, queryParams: [{name: animal, value: shark}]}
                  - path: {value: /path4}
                    headers: [{name: version, value: three}]
                    queryParams: [{name: animal, value: kraken}]
                  backendRefs: [{name: v1, port: 8080}]
                - {matches: [{path: {value: /path5}}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{queryParams: [{name: animal, value: hydra}]}], backendRefs: [{name: v2, port: 8080}]}
                - {matches: [{headers: [{name: version, value: four}]}], backendRefs: [{name: v3, port: 8080}]}
                """));
        bench.reaches("v1", "/?animal=whale");
        bench.reaches("v2", "/?animal=dolphin");
        bench.reaches("v3", "/?animal=dolphin&color=blue");
        bench.reaches("v3", "/?ANIMAL=Whale");
        bench.reaches("v1", "/?animal=whale&otherparam=irrelevant");
        bench.reaches("v2", "/?animal=dolphin&color=yellow");
        for (String path : List.of("/?color=blue", "/?animal=dog", "/?animal=whaledolphin", "/")) {
            bench.answers(404, path);
        }
        bench.reaches("v1", "/path1?animal=whale");
        bench.reaches("v2", "/?animal=whale", "version: one");
        bench.reaches("v3", "/path2?animal=whale", "version: two");
        bench.reaches("v1", "/path3?animal=shark");
        bench.reaches("v1", "/path4?animal=kraken", "version: three");
        bench.answers(404, "/?animal=shark");
        bench.answers(404, "/path4?animal=kraken");
        bench.reaches("v1", "/path5?animal=hydra");
        bench.reaches("v3", "/?animal=hydra", "version: four");
    }

    private static void methods(Bench bench) {
        bench.serve(rules("""
                - {matches: [{method: POST}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{method: GET}], backendRefs: [{name: v2, port: 8080}]}
                - {matches: [{path: {value: /path1}, method: GET}], backendRefs: [{name: v1, port: 8080}]}
                - matches: [{headers: [{name: version, value: one}], method: PUT}]
                  backendRefs: [{name: v2, port: 8080}]
                - matches: [{path: {value: /path2}, headers: [{name: version, value: two}], method: POST}]
                  backendRefs: [{name: v3, port: 8080}]
                - matches:
                  - {path: {value: /path3}, method: PATCH}
                  - {path: {value: /path4}, headers: [{name: version, value: three}], method: DELETE}
                  backendRefs: [{name: v1, port: 8080}]
                - {matches: [{path: {value: /path5}}], backendRefs: [{name: v1, port: 8080}]}
                - {matches: [{method: PATCH}], backendRefs: [{name: v2, port: 8080}]}
                - {matches: [{headers: [{name: version, value: four}]}], backendRefs: [{name: v3, port: 8080}]}
                """));
        bench.reaches("v1", "POST /");
        bench.reaches("v2", "GET /");
        bench.answers(404, "HEAD /");
        bench.reaches("v1", "GET /path1");
        bench.reaches("v2", "PUT /", "version: one");
        bench.reaches("v3", "POST /path2", "version: two");
        bench.reaches("v1", "PATCH /path3");
        bench.reaches("v1", "DELETE /path4", "version: three");
        bench.answers(404, "PUT /");
        bench.answers(404, "DELETE /path4");
        bench.reaches("v1", "PATCH /path5");
        bench.reaches("v2", "PATCH /", "version: four");
    }

    private static void hostnames(Bench bench) {
        bench.serve(
                route("specific", """
                hostnames: [very.specific.com]
                rules: [{matches: [{path: {value: /s1}}], backendRefs: [{name: v1, port: 8080}]}]
                """),
                route("several", """
                hostnames: [foo.wildcard.io, bar.wildcard.io, foo.bar.wildcard.io]
                rules: [{matches: [{path: {value: /s2}}], backendRefs: [{name: v2, port: 8080}]}]
                """),
                route("wildcard", """
                hostnames: ["*.specific.com"]
                rules: [{matches: [{path: {value: /s3}}], backendRefs: [{name: v3, port: 8080}]}]
                """),
                route("another", """
                hostnames: ["*.anotherwildcard.io"]
                rules: [{matches: [{path: {value: /s4}}], backendRefs: [{name: v1, port: 8080}]}]
                """),
                route("all-paths", """
                hostnames: [first.com, sub.first.com, second.com, sub.second.com]
                rules: [{backendRefs: [{name: v2, port: 8080}]}]
                """));
        bench.reaches("v1", "/s1", "Host: very.specific.com");
        bench.reaches("v1", "/s1", "Host: very.specific.com:1234");
        bench.reaches("v3", "/s3", "Host: very.specific.com");
        for (String host : List.of("foo.wildcard.io", "bar.wildcard.io", "foo.bar.wildcard.io")) {
            bench.reaches("v2", "/s2", "Host: " + host);
        }
        for (String host : List.of("foo.anotherwildcard.io", "bar.anotherwildcard.io", "foo.bar.anotherwildcard.io")) {
            bench.reaches("v1", "/s4", "Host: " + host);
        }
        for (String host : List.of("first.com", "sub.first.com", "second.com", "sub.second.com")) {
            bench.reaches("v2", "/", "Host: " + host);
        }
        bench.answers(404, "/s1", "Host: non.matching.com");
        bench.answers(404, "/s1", "Host: foo.nonmatchingwildcard.io");
        bench.answers(404, "/s1", "Host: foo.wildcard.io");
        bench.answers(404, "/s2", "Host: wildcard.io");
        bench.answers(404, "/s2", "Host: very.specific.com");
        bench.answers(404, "/s3", "Host: foo.wildcard.io");
        bench.answers(404, "/s4", "Host: anotherwildcard.io");
        bench.answers(404, "/s4", "Host: very.specific.com");
        bench.answers(404, "/non-matching-prefix", "Host: very.specific.com");
        bench.answers(404, "/non-matching-prefix", "Host: foo.anotherwildcard.io");
        bench.answers(404, "/", "Host: third.com");
        bench.answers(404, "/", "Host: sub.third.com");
    }
}
