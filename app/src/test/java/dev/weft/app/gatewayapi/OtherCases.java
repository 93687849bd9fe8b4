// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import static dev.weft.app.gatewayapi.Bench.route;
import static dev.weft.app.gatewayapi.Bench.rules;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Weights, limits on time, and what the standard reports in a route's status, where Weft refuses the document. */
final class OtherCases {
    private static final String REFUSED =
            "refused when the file is read, with field, value and cure, where the standard"
                    + " reports it in the route's status";
    private static final String ONE_GATEWAY =
            "outside Kubernetes there is one Gateway, weft, with one listener for every host";
    private static final String NO_GRANTS = "a backend is always of its route's own namespace";

    private OtherCases() {}

    /** Two services of one name: a route reaches the one of its own namespace. */
    private static void crossNamespace(Bench bench) {
        String service = """
                apiVersion: v1
                kind: Service
                metadata: {name: v1, namespace: web}
                spec:
                  type: ExternalName
                  externalName: localhost
                  ports: [{port: 8080, targetPort: %d}]
                """.formatted(bench.backend("v2").port());
        String web = route("route, namespace: web", """
                parentRefs: [{name: weft, namespace: default}]
                rules: [{matches: [{path: {value: /web}}], backendRefs: [{name: v1, port: 8080}]}]
                """);
        bench.serve(service, web, rules("- backendRefs: [{name: v1, port: 8080}]\n"));
        bench.reaches("v2", "/web");
        bench.reaches("v1", "/");
    }

    static List<Case> all() {
        return List.of(
                Case.passes("HTTPRouteWeight", "backends get their share, weight 0 gets none", OtherCases::weight),
                Case.passes(
                        "HTTPRouteTimeoutRequest",
                        "504 past timeouts.request; 0s is no limit",
                        bench -> timeout(bench, "request")),
                Case.passes(
                        "HTTPRouteTimeoutBackendRequest",
                        "504 past timeouts.backendRequest; 0s is no limit",
                        bench -> timeout(bench, "backendRequest")),
                Case.otherwise(
                        "HTTPRouteInvalidNonExistentBackendRef",
                        "a backend that is not there",
                        REFUSED,
                        bench -> assertThat(bench.refused(rules("- backendRefs: [{name: v4, port: 8080}]\n")))
                                .contains("backendRefs[0].name: 'v4': there is no Service of that name")),
                Case.otherwise(
                        "HTTPRouteInvalidBackendRefUnknownKind",
                        "a backend of an unknown kind",
                        REFUSED,
                        bench -> assertThat(
                                        bench.refused(
                                                rules(
                                                        "- backendRefs: [{group: unknownkind.example.com, kind: NonExistent, name: v1}]\n")))
                                .contains("backendRefs[0]: 'unknownkind.example.com/NonExistent'")),
                Case.otherwise(
                        "HTTPRouteInvalidCrossNamespaceBackendRef",
                        "a backend in another namespace",
                        REFUSED,
                        bench -> assertThat(bench.refused(
                                        rules("- backendRefs: [{name: v1, namespace: web, port: 8080}]\n")))
                                .contains("backendRefs[0].namespace: 'web'")),
                Case.otherwise(
                        "HTTPRouteInvalidCrossNamespaceParentRef",
                        "a Gateway in another namespace",
                        REFUSED,
                        bench -> assertThat(bench.refused(route("route", """
                                parentRefs: [{name: weft, namespace: infra}]
                                rules: [{backendRefs: [{name: v1, port: 8080}]}]
                                """)))
                                .contains("parentRefs[0].namespace: 'infra'")),
                Case.absent(
                        "HTTPRouteServiceTypes",
                        "kinds of cluster Services",
                        "outside Kubernetes a Service is of" + " type ExternalName"),
                Case.absent(
                        "HTTPRouteBackendProtocolH2C",
                        "appProtocol kubernetes.io/h2c",
                        "services are called in" + " HTTP/1.1; another appProtocol is refused when the file is read"),
                Case.absent(
                        "HTTPRouteBackendProtocolWebSocket",
                        "appProtocol kubernetes.io/ws",
                        "services are called in" + " HTTP/1.1; another appProtocol is refused when the file is read"),
                Case.absent(
                        "HTTPRouteHTTPSListener",
                        "a listener with TLS",
                        "it is about a Gateway's listeners, which" + " are not documents outside Kubernetes"),
                Case.absent(
                        "HTTPRouteHTTPSListenerDetectMisdirectedRequests", "421 among listeners with TLS", ONE_GATEWAY),
                Case.absent("HTTPRouteListenerHostnameMatching", "listeners of different hosts", ONE_GATEWAY),
                Case.absent("HTTPRouteListenerPortMatching", "listeners of different ports", ONE_GATEWAY),
                Case.absent("HTTPRouteDisallowedKind", "a listener that takes no HTTPRoute", ONE_GATEWAY),
                Case.absent("HTTPRouteInvalidParentRefNotMatchingListenerPort", "a parentRef's port", ONE_GATEWAY),
                Case.absent(
                        "HTTPRouteInvalidParentRefNotMatchingSectionName", "a parentRef's sectionName", ONE_GATEWAY),
                Case.absent("HTTPRouteInvalidParentRefSectionNameNotMatchingPort", "both together", ONE_GATEWAY),
                Case.absent(
                        "HTTPRouteObservedGenerationBump",
                        "the status follows the spec",
                        "files have no status;" + " it comes with the operator"),
                Case.passes(
                        "HTTPRouteCrossNamespace",
                        "a route of another namespace than the Gateway's",
                        OtherCases::crossNamespace),
                Case.absent("HTTPRouteReferenceGrant", "a ReferenceGrant", NO_GRANTS),
                Case.absent("HTTPRouteInvalidReferenceGrant", "a ReferenceGrant that does not fit", NO_GRANTS),
                Case.absent(
                        "HTTPRoutePartiallyInvalidViaInvalidReferenceGrant",
                        "the same for one backend of" + " several",
                        NO_GRANTS));
    }

    private static void weight(Bench bench) {
        bench.serve(rules("- backendRefs: [{name: v1, port: 8080, weight: 70}, {name: v2, port: 8080, weight: 30},"
                + " {name: v3, port: 8080, weight: 0}]\n"));
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            counts.merge(bench.ask("/").seen("backend"), 1, Integer::sum);
        }
        // five standard deviations of 500 draws are 51
        assertThat(counts.get("v1")).isBetween(299, 401);
        assertThat(counts.get("v2")).isBetween(99, 201);
        assertThat(counts).doesNotContainKey("v3").containsOnlyKeys("v1", "v2");
    }

    private static void timeout(Bench bench, String which) {
        bench.serve(rules("""
                - matches: [{path: {value: /limited}}]
                  timeouts: {%1$s: 500ms}
                  backendRefs: [{name: v1, port: 8080}]
                - matches: [{path: {value: /unlimited}}]
                  timeouts: {%1$s: 0s}
                  backendRefs: [{name: v1, port: 8080}]
                """.formatted(which)));
        bench.reaches("v1", "/limited");
        bench.answers(504, "/limited?delay=1000");
        bench.reaches("v1", "/unlimited?delay=1000");
        bench.reaches("v1", "/limited");
    }
}
