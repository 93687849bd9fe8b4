// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import static dev.weft.app.gatewayapi.Bench.route;
import static dev.weft.app.gatewayapi.Bench.rules;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What requests and answers become on their way. */
final class FilterCases {
    private static final String V1 = "  backendRefs: [{name: v1, port: 8080}]\n";

    /** The change that several of the standard's cases combine with other filters. */
    private static final String MODIFIER = """
              - type: RequestHeaderModifier
                requestHeaderModifier:
                  set: [{name: X-Header-Set, value: set-overwrites-values}]
                  add: [{name: X-Header-Add, value: header-val-1}, {name: X-Header-Add-Append, value: header-val-2}]
                  remove: [X-Header-Remove]
            """;

    private static final String[] MODIFIED = {
        "X-Header-Remove: remove-val", "X-Header-Add-Append: append-val-1", "X-Header-Set: set-val"
    };

    private FilterCases() {}

    static List<Case> all() {
        return List.of(
                Case.passes(
                        "HTTPRouteRequestHeaderModifier",
                        "fields of the request are set, added and removed",
                        bench -> requestModifier(bench, false)),
                Case.passes(
                        "HTTPRouteBackendRequestHeaderModifier",
                        "the same as a filter of a backendRef",
                        bench -> requestModifier(bench, true)),
                Case.passes(
                        "HTTPRouteRequestHeaderModifierBackendWeights",
                        "each backend's filter goes with its own share",
                        FilterCases::modifierByBackend),
                Case.passes(
                        "HTTPRouteResponseHeaderModifier",
                        "fields of the answer are set, added and removed",
                        FilterCases::answerModifier),
                Case.passes("HTTPRouteRewriteHost", "the backend sees another host", FilterCases::rewriteHost),
                Case.passes("HTTPRouteRewritePath", "the backend sees another path", FilterCases::rewritePath),
                Case.passes("HTTPRouteRequestMirror", "a copy goes elsewhere", FilterCases::mirror),
                Case.passes("HTTPRouteRequestMultipleMirrors", "copies go to several", FilterCases::mirrors),
                Case.passes(
                        "HTTPRouteRequestPercentageMirror",
                        "a part of the requests is copied",
                        FilterCases::mirrorsInPart));
    }

    private static String rule(String path, boolean onBackend, String type, String change) {
        String field = Character.toLowerCase(type.charAt(0)) + type.substring(1);
        String filters = "filters: [{type: " + type + ", " + field + ": {" + change + "}}]";
        String start = "- matches: [{path: {value: " + path + "}}]\n";
        return onBackend
                ? start + "  backendRefs: [{name: v1, port: 8080, " + filters + "}]\n"
                : start + "  " + filters + '\n' + V1;
    }

    private static String several(String more) {
        return "set: [{name: X-Header-Set-1, value: header-set-1}, {name: X-Header-Set-2, value: header-set-2}],"
                + " add: [{name: X-Header-Add-1, value: header-add-1}, {name: X-Header-Add-2, value: header-add-2}"
                + more + "], remove: [X-Header-Remove-1, X-Header-Remove-2]";
    }

    private static String changes(boolean onBackend, String type) {
        return rule("/set", onBackend, type, "set: [{name: X-Header-Set, value: set-overwrites-values}]")
                + rule("/add", onBackend, type, "add: [{name: X-Header-Add, value: add-appends-values}]")
                + rule("/remove", onBackend, type, "remove: [X-Header-Remove]")
                + rule("/multiple", onBackend, type, several(", {name: X-Header-Add-3, value: header-add-3}"))
                + rule(
                        "/case-insensitivity",
                        onBackend,
                        type,
                        "set: [{name: X-Header-Set, value: header-set}],"
                                + " add: [{name: X-Header-Add, value: header-add},"
                                + " {name: x-lowercase-add, value: lowercase-add},"
                                + " {name: x-Mixedcase-ADD-1, value: mixedcase-add-1},"
                                + " {name: X-mixeDcase-add-2, value: mixedcase-add-2},"
                                + " {name: X-UPPERCASE-ADD, value: uppercase-add}],"
                                + " remove: [X-Header-Remove]");
    }

    private static void requestModifier(Bench bench, boolean onBackend) {
        bench.serve(rules(changes(onBackend, "RequestHeaderModifier")));
        Reply set = bench.reaches("v1", "/set", "Some-Other-Header: val");
        assertThat(set.seen("some-other-header")).isEqualTo("val");
        assertThat(set.seen("x-header-set")).isEqualTo("set-overwrites-values");
        assertThat(bench.reaches("v1", "/set", "X-Header-Set: some-other-value").seen("x-header-set"))
                .isEqualTo("set-overwrites-values");
        assertThat(bench.reaches("v1", "/add").seen("x-header-add")).isEqualTo("add-appends-values");
        assertThat(bench.reaches("v1", "/add", "X-Header-Add: some-other-value").seen("x-header-add"))
                .isEqualTo("some-other-value,add-appends-values");
        assertThat(bench.reaches("v1", "/remove", "X-Header-Remove: val").seen("x-header-remove"))
                .isEmpty();
        Reply multiple = bench.reaches(
                "v1",
                "/multiple",
                "X-Header-Set-2: set-val-2",
                "X-Header-Add-2: add-val-2",
                "X-Header-Remove-2: remove-val-2",
                "Another-Header: another-header-val");
        assertThat(multiple.seen("x-header-set-1")).isEqualTo("header-set-1");
        assertThat(multiple.seen("x-header-set-2")).isEqualTo("header-set-2");
        assertThat(multiple.seen("x-header-add-1")).isEqualTo("header-add-1");
        assertThat(multiple.seen("x-header-add-2")).isEqualTo("add-val-2,header-add-2");
        assertThat(multiple.seen("x-header-add-3")).isEqualTo("header-add-3");
        assertThat(multiple.seen("another-header")).isEqualTo("another-header-val");
        assertThat(multiple.seen("x-header-remove-1") + multiple.seen("x-header-remove-2"))
                .isEmpty();
        Reply lower = bench.reaches(
                "v1",
                "/case-insensitivity",
                "x-header-set: original-val-set",
                "x-header-add: original-val-add",
                "x-header-remove: original-val-remove");
        assertThat(lower.seen("x-header-set")).isEqualTo("header-set");
        assertThat(lower.seen("x-header-add")).isEqualTo("original-val-add,header-add");
        assertThat(lower.seen("x-header-remove")).isEmpty();
    }

    private static void modifierByBackend(Bench bench) {
        String ref = "{name: %1$s, port: 8080, weight: 10, filters: [{type: RequestHeaderModifier,"
                + " requestHeaderModifier: {set: [{name: Chosen, value: %1$s}]}}]}";
        bench.serve(rules("- backendRefs: [" + ref.formatted("v1") + ", " + ref.formatted("v2") + "]\n"));
        for (int i = 0; i < 100; i++) {
            Reply reply = bench.ask("/");
            assertThat(reply.seen("chosen")).isEqualTo(reply.seen("backend")).isIn("v1", "v2");
        }
    }

    private static void answerModifier(Bench bench) {
        bench.serve(rules(changes(false, "ResponseHeaderModifier")
                + "- matches: [{path: {value: /response-and-request-header-modifiers}}]\n  filters:\n"
                + "  - type: ResponseHeaderModifier\n    responseHeaderModifier: {" + several("")
                + "}\n" + MODIFIER + V1));
        String other = Backend.ANSWER_WITH + ": Some-Other-Header:val";
        Reply set = bench.reaches("v1", "/set", other);
        assertThat(set.field("some-other-header")).isEqualTo("val");
        assertThat(set.field("x-header-set")).isEqualTo("set-overwrites-values");
        assertThat(bench.reaches("v1", "/set", Backend.ANSWER_WITH + ": X-Header-Set:some-other-value")
                        .field("x-header-set"))
                .isEqualTo("set-overwrites-values");
        assertThat(bench.reaches("v1", "/add", other).field("x-header-add")).isEqualTo("add-appends-values");
        assertThat(bench.reaches("v1", "/add", Backend.ANSWER_WITH + ": X-Header-Add:some-other-value")
                        .field("x-header-add"))
                .isEqualTo("some-other-value,add-appends-values");
        assertThat(bench.reaches("v1", "/remove", Backend.ANSWER_WITH + ": X-Header-Remove:val")
                        .field("x-header-remove"))
                .isEmpty();
        Reply multiple = bench.reaches(
                "v1",
                "/multiple",
                Backend.ANSWER_WITH + ": X-Header-Set-2:set-val-2,X-Header-Add-2:add-val-2,"
                        + "X-Header-Remove-2:remove-val-2,Another-Header:another-header-val,X-Header-Remove-1:val");
        assertThat(multiple.field("x-header-set-1")).isEqualTo("header-set-1");
        assertThat(multiple.field("x-header-set-2")).isEqualTo("header-set-2");
        assertThat(multiple.field("x-header-add-1")).isEqualTo("header-add-1");
        assertThat(multiple.field("x-header-add-2")).isEqualTo("add-val-2,header-add-2");
        assertThat(multiple.field("x-header-add-3")).isEqualTo("header-add-3");
        assertThat(multiple.field("another-header")).isEqualTo("another-header-val");
        assertThat(multiple.field("x-header-remove-1") + multiple.field("x-header-remove-2"))
                .isEmpty();
        Reply lower = bench.reaches(
                "v1",
                "/case-insensitivity",
                Backend.ANSWER_WITH + ": x-header-set:original-val-set,x-header-add:original-val-add,"
                        + "x-header-remove:original-val-remove");
        assertThat(lower.field("x-header-set")).isEqualTo("header-set");
        assertThat(lower.field("x-header-add")).isEqualTo("original-val-add,header-add");
        assertThat(lower.field("X-Lowercase-Add")).isEqualTo("lowercase-add");
        assertThat(lower.field("X-Mixedcase-Add-1")).isEqualTo("mixedcase-add-1");
        assertThat(lower.field("X-Mixedcase-Add-2")).isEqualTo("mixedcase-add-2");
        assertThat(lower.field("X-Uppercase-Add")).isEqualTo("uppercase-add");
        assertThat(lower.field("x-header-remove")).isEmpty();
        answerAndRequestModifier(bench);
    }

    private static void answerAndRequestModifier(Bench bench) {
        Reply both = bench.reaches(
                "v1",
                "/response-and-request-header-modifiers",
                "X-Header-Remove: remove-val",
                "X-Header-Add-Append: append-val-1",
                "X-Header-Echo: echo",
                Backend.ANSWER_WITH
                        + ": X-Header-Set-2:set-val-2,X-Header-Add-2:add-val-2,X-Header-Remove-2:remove-val-2,"
                        + "Another-Header:another-header-val,X-Header-Remove-1:remove-val-1,X-Header-Echo:echo");
        modified(both);
        assertThat(both.seen("x-header-echo")).isEqualTo("echo");
        assertThat(both.field("x-header-set-1")).isEqualTo("header-set-1");
        assertThat(both.field("x-header-set-2")).isEqualTo("header-set-2");
        assertThat(both.field("x-header-add-1")).isEqualTo("header-add-1");
        assertThat(both.field("x-header-add-2")).isEqualTo("add-val-2,header-add-2");
        assertThat(both.field("another-header")).isEqualTo("another-header-val");
        assertThat(both.field("x-header-echo")).isEqualTo("echo");
        assertThat(both.field("x-header-remove-1") + both.field("x-header-remove-2"))
                .isEmpty();
    }

    private static void modified(Reply reply) {
        assertThat(reply.seen("x-header-add")).isEqualTo("header-val-1");
        assertThat(reply.seen("x-header-add-append")).isEqualTo("append-val-1,header-val-2");
        assertThat(reply.seen("x-header-set")).isEqualTo("set-overwrites-values");
        assertThat(reply.seen("x-header-remove")).isEmpty();
    }

    private static void rewriteHost(Bench bench) {
        bench.serve(route("rewrite", """
                hostnames: [rewrite.example]
                rules:
                - matches: [{path: {value: /one}}]
                  filters: [{type: URLRewrite, urlRewrite: {hostname: one.example.org}}]
                  backendRefs: [{name: v1, port: 8080}]
                - filters: [{type: URLRewrite, urlRewrite: {hostname: example.org}}]
                  backendRefs: [{name: v2, port: 8080}]
                - matches: [{path: {value: /rewrite-host-and-modify-headers}}]
                  filters:
                  - {type: URLRewrite, urlRewrite: {hostname: test.example.org}}
                """ + MODIFIER + """
                  backendRefs: [{name: v2, port: 8080}]
                """));
        String host = "Host: rewrite.example";
        Reply one = bench.reaches("v1", "/one", host);
        assertThat(one.seen("host")).isEqualTo("one.example.org");
        assertThat(one.seen("target")).isEqualTo("/one");
        assertThat(bench.reaches("v2", "/two", host).seen("host")).isEqualTo("example.org");
        Reply both = bench.reaches(
                "v2",
                "/rewrite-host-and-modify-headers",
                host,
                "X-Header-Remove: remove-val",
                "X-Header-Add-Append: append-val-1");
        assertThat(both.seen("host")).isEqualTo("test.example.org");
        modified(both);
    }

    private static String rewrite(String prefix, String type, String replacement, String more) {
        String field = Character.toLowerCase(type.charAt(0)) + type.substring(1);
        return "- matches: [{path: {value: " + prefix + "}}]\n  filters:\n"
                + "  - {type: URLRewrite, urlRewrite: {path: {type: " + type + ", " + field + ": " + replacement
                + "}}}\n" + more + V1;
    }

    private static void rewritePath(Bench bench) {
        String modifier = MODIFIER;
        bench.serve(rules(rewrite("/prefix/one", "ReplacePrefixMatch", "/one", "")
                + rewrite("/strip-prefix", "ReplacePrefixMatch", "/", "")
                + rewrite("/full/one", "ReplaceFullPath", "/one", "")
                + rewrite("/full/rewrite-path-and-modify-headers", "ReplaceFullPath", "/test", modifier)
                + rewrite("/prefix/rewrite-path-and-modify-headers", "ReplacePrefixMatch", "/prefix", modifier)));
        assertThat(bench.reaches("v1", "/prefix/one/two").seen("target")).isEqualTo("/one/two");
        assertThat(bench.reaches("v1", "/strip-prefix/three").seen("target")).isEqualTo("/three");
        assertThat(bench.reaches("v1", "/strip-prefix").seen("target")).isEqualTo("/");
        assertThat(bench.reaches("v1", "/strip-prefix?a=b").seen("target")).isEqualTo("/?a=b");
        assertThat(bench.reaches("v1", "/full/one/two").seen("target")).isEqualTo("/one");
        Reply full = bench.reaches("v1", "/full/rewrite-path-and-modify-headers/test", MODIFIED);
        assertThat(full.seen("target")).isEqualTo("/test");
        modified(full);
        Reply prefix = bench.reaches("v1", "/prefix/rewrite-path-and-modify-headers/one", MODIFIED);
        assertThat(prefix.seen("target")).isEqualTo("/prefix/one");
        modified(prefix);
    }

    private static String mirrored(String path, String more, String... to) {
        StringBuilder rule = new StringBuilder("- matches: [{path: {value: " + path + "}}]\n  filters:\n" + more);
        for (String each : to) {
            rule.append("  - {type: RequestMirror, requestMirror: {")
                    .append(each)
                    .append("}}\n");
        }
        return rule + V1;
    }

    private static String ref(String name) {
        return "backendRef: {name: " + name + ", port: 8080}";
    }

    private static void mirror(Bench bench) {
        bench.serve(rules(
                mirrored("/mirror", "", ref("v2")) + mirrored("/mirror-and-modify-headers", MODIFIER, ref("v2"))));
        bench.reaches("v1", "/mirror");
        modified(bench.reaches("v1", "/mirror-and-modify-headers", MODIFIED));
        Waiting.until(() -> assertThat(bench.backend("v2").seen())
                .containsExactlyInAnyOrder("/mirror", "/mirror-and-modify-headers"));
    }

    private static void mirrors(Bench bench) {
        bench.serve(rules(mirrored("/multi-mirror", "", ref("v2"), ref("v3"))
                + mirrored("/multi-mirror-and-modify-request-headers", MODIFIER, ref("v2"), ref("v3"))));
        bench.reaches("v1", "/multi-mirror");
        modified(bench.reaches("v1", "/multi-mirror-and-modify-request-headers", MODIFIED));
        for (String name : List.of("v2", "v3")) {
            Waiting.until(() -> assertThat(bench.backend(name).seen())
                    .containsExactlyInAnyOrder("/multi-mirror", "/multi-mirror-and-modify-request-headers"));
        }
    }

    private static void mirrorsInPart(Bench bench) {
        bench.serve(rules(mirrored("/percent-mirror", "", ref("v2") + ", percent: 20")
                + mirrored("/percent-mirror-fraction", "", ref("v2") + ", fraction: {numerator: 25, denominator: 50}")
                + mirrored("/percent-mirror-and-modify-headers", MODIFIER, ref("v2") + ", percent: 35")));
        int requests = 500;
        for (int i = 0; i < requests; i++) {
            bench.reaches("v1", "/percent-mirror");
            bench.reaches("v1", "/percent-mirror-fraction");
            modified(bench.reaches("v1", "/percent-mirror-and-modify-headers", MODIFIED));
        }
        share(bench, "/percent-mirror", requests * 20 / 100);
        share(bench, "/percent-mirror-fraction", requests * 50 / 100);
        share(bench, "/percent-mirror-and-modify-headers", requests * 35 / 100);
    }

    /** Within five standard deviations and a bit: wrong one time in millions. */
    private static void share(Bench bench, String path, int about) {
        Waiting.until(() -> assertThat(
                        bench.backend("v2").seen().stream().filter(path::equals).count())
                .isBetween(about - 60L, about + 60L));
    }
}
