// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static dev.weft.control.Broken.change;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One mistake in the filters, timeouts and services of a route, and every word the user is told. */
class BrokenFiltersTest {
    private static final String BACKEND = "{group: weft.dev, kind: Function, name: checkout}";
    private static final String AT = "weft.yaml:23:";
    private static final String FILTER = "spec.rules[0].filters[0]";

    @TempDir
    Path folder;

    /** The route with these filters, on their own line 23, and the mistakes' columns there. */
    private static Broken filters(String filters, String... mistakes) {
        return change("    backendRefs:", "    filters: [" + filters + "]\n    backendRefs:", mistakes);
    }

    private static Broken alone(String filters, String... mistakes) {
        return change("    backendRefs: [" + BACKEND + "]", "    filters: [" + filters + "]", mistakes);
    }

    static Stream<Broken> shapes() {
        return Stream.of(
                filters("{type: URLRewrite}", AT + "15: " + FILTER + ".urlRewrite: is required by type URLRewrite"),
                filters(
                        "{type: URLRewrite, urlRewrite: {hostname: a.example}, cors: {allowOrigins: [\"*\"]}}",
                        AT + "75: " + FILTER + ".cors: belongs to type CORS, and this filter is of type URLRewrite"),
                filters(
                        "{type: UrlRewrite, urlRewrite: {hostname: a.example}}",
                        AT + "22: " + FILTER
                                + ".type: 'UrlRewrite': did you mean 'URLRewrite'? allowed are RequestHeaderModifier,"
                                + " ResponseHeaderModifier, RequestMirror, RequestRedirect, URLRewrite, CORS,"
                                + " ExtensionRef"),
                filters(
                        "{type: URLRewrite, urlRewrite: {hostname: a.example}}, {type: URLRewrite, urlRewrite:"
                                + " {hostname: b.example}}",
                        AT + "77: spec.rules[0].filters[1].type: 'URLRewrite': stands here twice, first as"
                                + " filters[0]; write one filter of this type"),
                alone(
                        "{type: RequestRedirect, requestRedirect: {port: 81}}, {type: URLRewrite, urlRewrite:"
                                + " {hostname: b.example}}",
                        AT + "76: spec.rules[0].filters[1].type: RequestRedirect and URLRewrite exclude each other: a"
                                + " redirect calls no backend"),
                filters(
                        "{type: RequestRedirect, requestRedirect: {port: 81}}",
                        "weft.yaml:24:18: spec.rules[0].backendRefs: the rule's RequestRedirect answers every request;"
                                + " leave backendRefs or the filter out"),
                filters(
                        "{type: ExtensionRef, extensionRef: {name: a}}",
                        AT + "50: " + FILTER + ".extensionRef.group: is required",
                        AT + "50: " + FILTER + ".extensionRef.kind: is required"));
    }

    static Stream<Broken> contents() {
        String redirect = "{type: RequestRedirect, requestRedirect: {";
        String rewrite = "{type: URLRewrite, urlRewrite: {path: {type: ";
        return Stream.of(
                alone(
                        redirect + "statusCode: 304}}",
                        AT + "69: " + FILTER + ".requestRedirect.statusCode: '304': must be 301, 302, 303, 307 or 308"),
                alone(
                        redirect + "hostname: \"*.example.org\"}}",
                        AT + "67: " + FILTER
                                + ".requestRedirect.hostname: '*.example.org': must be one host name, without '*.'"),
                filters(
                        rewrite + "ReplacePrefixMatch}}}",
                        AT + "53: " + FILTER
                                + ".urlRewrite.path.replacePrefixMatch: is required by type ReplacePrefixMatch"),
                filters(
                        rewrite + "ReplaceFullPath, replaceFullPath: /a, replacePrefixMatch: /b}}}",
                        AT + "118: " + FILTER
                                + ".urlRewrite.path.replacePrefixMatch: does not belong to type ReplaceFullPath; give"
                                + " replaceFullPath"),
                filters(
                        rewrite + "ReplaceFullPath, replaceFullPath: a}}}",
                        AT + "94: " + FILTER + ".urlRewrite.path.replaceFullPath: 'a': must begin with '/'"));
    }

    static Stream<Broken> otherContents() {
        String modifier = "{type: RequestHeaderModifier, requestHeaderModifier: {";
        String cors = "{type: CORS, cors: {";
        return Stream.of(
                filters(
                        modifier + "}}",
                        AT + "68: " + FILTER + ".requestHeaderModifier: changes nothing; give set, add or remove"),
                filters(
                        modifier + "remove: [Connection, weft-hops, host, a, A]}}",
                        AT + "78: " + FILTER
                                + ".requestHeaderModifier.remove[0]: 'Connection': says how one connection is used,"
                                + " which is the gateway's business",
                        AT + "90: " + FILTER
                                + ".requestHeaderModifier.remove[1]: 'weft-hops': is set by Weft, which ties calls"
                                + " together by it",
                        AT + "101: " + FILTER
                                + ".requestHeaderModifier.remove[2]: 'host': is changed by a URLRewrite with hostname",
                        AT + "110: " + FILTER
                                + ".requestHeaderModifier.remove[4]: 'A': stands here twice; name each field once"),
                filters(
                        "{type: RequestMirror, requestMirror: {backendRef: {name: audit, port: 80}, percent: 101}}",
                        AT + "72: " + FILTER
                                + ".requestMirror.backendRef.name: 'audit': there is no Service of that name; there is"
                                + " none",
                        AT + "99: " + FILTER + ".requestMirror.percent: '101': must be from 0 to 100"),
                filters(
                        "{type: RequestMirror, requestMirror: {backendRef: " + BACKEND
                                + ", fraction: {numerator: 3, denominator: 2}}}",
                        AT + "138: " + FILTER
                                + ".requestMirror.fraction.numerator: '3': must not be above denominator, which is 2"),
                filters(
                        cors + "allowOrigins: [\"*\", \"https://a.example\"]}}",
                        AT + "49: " + FILTER + ".cors.allowOrigins: '*' allows all, so nothing may stand beside it"),
                filters(
                        cors + "allowOrigins: [a.example], allowMethods: [get]}}",
                        AT + "50: " + FILTER
                                + ".cors.allowOrigins[0]: 'a.example': must be *, or http:// or https:// with a host,"
                                + " '*.' allowed in front, and perhaps a port",
                        AT + "77: " + FILTER
                                + ".cors.allowMethods[0]: 'get': must be one of GET, HEAD, POST, PUT, DELETE, CONNECT,"
                                + " OPTIONS, TRACE, PATCH, or *"));
    }

    static Stream<Broken> rules() {
        return Stream.of(
                change(
                        "- matches: [{path: {value: /checkout}}]",
                        "- matches: [{path: {type: Exact, value: /checkout}}]\n    filters: [{type: URLRewrite,"
                                + " urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}]",
                        AT + "60: " + FILTER
                                + ".urlRewrite.path.type: 'ReplacePrefixMatch': replaces what a PathPrefix matched, so"
                                + " the rule must have exactly one match, of type PathPrefix"),
                change(
                        "    backendRefs:",
                        "    timeouts: {request: 1s, backendRequest: 2s}\n    backendRefs:",
                        AT + "45: spec.rules[0].timeouts.backendRequest: '2s': must not be longer than request, which"
                                + " is 1s"),
                change(
                        "    backendRefs:",
                        "    retry: {attempts: 2}\n    backendRefs:",
                        AT + "12: spec.rules[0].retry: another cloud is tried as the function's placement and"
                                + " idempotent say; leave it out"),
                change(
                        "  - matches: [{path: {value: /checkout}}]\n    backendRefs: [" + BACKEND + "]",
                        "  - {name: a}\n  - {name: a}",
                        "weft.yaml:23:12: spec.rules[1].name: 'a': another rule of this route has this name; give each"
                                + " its own"),
                change(
                        "  - matches: [{path: {value: /checkout}}]\n    backendRefs: [" + BACKEND + "]",
                        ("  - matches: [" + "{method: GET}, ".repeat(43) + "]\n").repeat(3),
                        "weft.yaml:22:3: spec.rules: have 129 matches together; at most " + RouteChecks.MATCHES_MAX
                                + " are allowed, so write several routes"));
    }

    static Stream<Broken> services() {
        String service = "apiVersion: v1\nkind: Service\nmetadata: {name: orders}\nspec: ";
        String right = service + "{type: ExternalName, externalName: orders.example, ports: [{port: 80}]}\n---\n";
        return Stream.of(
                change(
                        Workspace.ROUTE,
                        right + Workspace.ROUTE.replace(BACKEND, "{name: order, port: 80}"),
                        "weft.yaml:28:26: spec.rules[0].backendRefs[0].name: 'order': there is no Service of that name;"
                                + " did you mean 'orders'?"),
                change(
                        Workspace.ROUTE,
                        right + Workspace.ROUTE.replace(BACKEND, "{name: orders, port: 81}"),
                        "weft.yaml:28:40: spec.rules[0].backendRefs[0].port: '81': Service orders has no such port; it"
                                + " has [80]"),
                change(
                        Workspace.ROUTE,
                        right + Workspace.ROUTE.replace(BACKEND, "{name: orders}"),
                        "weft.yaml:28:19: spec.rules[0].backendRefs[0].port: is required for a Service; orders has"
                                + " [80]"),
                change(
                        BACKEND,
                        "{name: checkout, port: 80}",
                        "weft.yaml:23:26: spec.rules[0].backendRefs[0].name: 'checkout': there is no Service of that"
                                + " name; a Function has it: write {group: weft.dev, kind: Function, name: checkout}"),
                change(
                        Workspace.ROUTE,
                        service + "{type: ClusterIP, externalName: \"a b\", ports: [{port: 80, appProtocol:"
                                + " kubernetes.io/h2c}, {port: 80}]}\n",
                        "weft.yaml:20:14: spec.type: 'ClusterIP': allowed are ExternalName",
                        "weft.yaml:20:39: spec.externalName: 'a b': must be a host name without port, at most 253"
                                + " characters",
                        "weft.yaml:20:78: spec.ports[0].appProtocol: 'kubernetes.io/h2c': must be http: services are"
                                + " called in HTTP/1.1 without TLS",
                        "weft.yaml:20:105: spec.ports[1].port: '80': stands here twice; name each port once"));
    }

    @ParameterizedTest
    @MethodSource({"shapes", "contents", "otherContents", "rules", "services"})
    void everyMistakeIsToldWithItsPlaceAndItsCure(Broken broken) {
        broken.check(folder);
    }
}
