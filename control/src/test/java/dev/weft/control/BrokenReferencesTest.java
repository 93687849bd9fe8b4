// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static dev.weft.control.Broken.change;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One change that breaks what must hold between fields and documents, and every word the user is told. */
class BrokenReferencesTest {
    @TempDir
    Path folder;

    static Stream<Broken> functions() {
        return Stream.of(
                change(
                        "  contract: aws-lambda\n  runtime: nodejs20\n",
                        "  contract: openwhisk\n  runtime: nodejs20\n  payload: streamed\n",
                        "weft.yaml:12:12: spec.payload: 'streamed': contract openwhisk has no streamed payload; only aws-lambda has"),
                change(
                        "  handler: index.handler\n",
                        "",
                        "weft.yaml:10:3: spec.handler: is required by contract aws-lambda"),
                change("  runtime: nodejs20\n", "", "weft.yaml:10:3: spec.runtime: is required by contract aws-lambda"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  command: [node, server.js]\n",
                        "weft.yaml:14:12: spec.command: contract aws-lambda starts its runtime itself: name runtime and handler"),
                change(
                        "  contract: aws-lambda\n",
                        "  contract: http\n",
                        "weft.yaml:10:3: spec.command: is required by contract http",
                        "weft.yaml:13:12: spec.handler: 'index.handler': contract http calls a server on $PORT: start it by command"),
                change(
                        "  contract: aws-lambda\n  runtime: nodejs20\n",
                        "  contract: http\n  command: [node, s.js]\n  payload: raw\n",
                        "weft.yaml:12:12: spec.payload: 'raw': contract http has no raw payload; only aws-lambda has",
                        "weft.yaml:14:12: spec.handler: 'index.handler': contract http calls a server on $PORT: start it by command"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  appProtocol: h2c\n",
                        "weft.yaml:14:16: spec.appProtocol: 'h2c': contract aws-lambda is called in its vendor's own way; only http has a choice of protocol"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  minInstances: 11\n",
                        "weft.yaml:14:17: spec.minInstances: '11': must not be above maxInstances, which is 10"),
                change(
                        "{path: ./checkout}",
                        "{path: ./chekout}",
                        "weft.yaml:12:16: spec.code.path: './chekout': there is no folder chekout; did you mean 'checkout'?"),
                change(
                        "{path: ./checkout}",
                        "{path: ./checkout/index.js}",
                        "weft.yaml:12:16: spec.code.path: './checkout/index.js': must be a folder, and is a file; name the folder it is in"),
                change(
                        "{path: ./checkout}",
                        "{}",
                        "weft.yaml:12:9: spec.code: must have exactly one of path, zip, jar, image"),
                change(
                        "{path: ./checkout}",
                        "{image: Node}",
                        "weft.yaml:12:17: spec.code.image: 'Node': must be an image's reference, for example registry.example/shop/checkout:1.2"),
                change(
                        "{path: ./checkout}",
                        "{image: registry.example/shop/checkout}\n  command: [node]",
                        "weft.yaml:13:12: spec.command: contract aws-lambda starts what the image says; leave it out"),
                change(
                        "{path: ./checkout}",
                        "{jar: ./checkout.jar}",
                        "weft.yaml:12:15: spec.code.jar: './checkout.jar': there is no file checkout.jar; build it first"),
                change(
                        "{path: ./checkout}",
                        "{jar: ./checkout}",
                        "weft.yaml:12:15: spec.code.jar: './checkout': must be a file whose name ends in .jar"),
                change(
                        "{path: ./checkout}",
                        "{path: ./checkout, jar: a.jar}",
                        "weft.yaml:12:9: spec.code: must have exactly one of path, zip, jar, image"),
                change(
                        "{path: ./checkout}",
                        "{path: ./checkout, zip: a.zip}",
                        "weft.yaml:12:9: spec.code: must have exactly one of path, zip, jar, image"),
                change(
                        "{path: ./checkout}",
                        "{zip: ./checkout.zip}",
                        "weft.yaml:12:15: spec.code.zip: './checkout.zip': there is no file checkout.zip; build it first"),
                change(
                        "{path: ./checkout}",
                        "{zip: ./checkout}",
                        "weft.yaml:12:15: spec.code.zip: './checkout': must be a file whose name ends in .zip"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: [{name: aws-ue}]",
                        "weft.yaml:15:21: spec.placement.clouds[0].name: 'aws-ue': there is no Cloud of that name; did you mean 'aws-eu'?"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: [{name: aws-eu}, {name: aws-eu}]",
                        "weft.yaml:15:37: spec.placement.clouds[1].name: 'aws-eu': stands here twice; name each cloud once"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    strategy: burst\n    clouds: [{name: aws-eu}]",
                        "weft.yaml:15:15: spec.placement.strategy: 'burst': goes from your own machines to other clouds, and no cloud here has the label premises: \"true\""),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    sticky: {header: X-User}\n    clouds: [{name: aws-eu}]",
                        "weft.yaml:15:13: spec.placement.sticky: is for strategy weighted; strategy failover picks by other things than the user"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    strategy: weighted\n    sticky: {header: X-User, cookie: user}\n    clouds: [{name: aws-eu}]",
                        "weft.yaml:16:13: spec.placement.sticky: must have exactly one of header and cookie"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    strategy: weighted\n    sticky: {}\n    clouds: [{name: aws-eu}]",
                        "weft.yaml:16:13: spec.placement.sticky: must have exactly one of header and cookie"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    strategy: weighted\n    sticky: {cookie: a b}\n    clouds: [{name: aws-eu}]",
                        "weft.yaml:16:22: spec.placement.sticky.cookie: 'a b': must be a cookie's name, at most 128 characters"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    failback: 11m\n    clouds: [{name: aws-eu}]",
                        "weft.yaml:15:15: spec.placement.failback: '11m': must be from 0s to 10m"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    strategy: weigthed\n    clouds: [{name: aws-eu}]",
                        "weft.yaml:15:15: spec.placement.strategy: 'weigthed': did you mean 'weighted'? allowed are failover, weighted, cheapest, fastest, burst"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    strategy: weighted\n    clouds: [{name: aws-eu, weight: 0}]",
                        "weft.yaml:16:13: spec.placement.clouds: every weight is 0, so no cloud would be called"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: [{name: aws-eu, weight: -1}]",
                        "weft.yaml:15:37: spec.placement.clouds[0].weight: '-1': must be from 0 to 1000000"));
    }

    static Stream<Broken> clouds() {
        return Stream.of(
                change(
                        "region: eu-west-1,",
                        "price: {perMillionCalls: \"0.2\", perGbSecond: -1, timeStep: 0s},",
                        "weft.yaml:4:44: spec.price.perMillionCalls: '0.2': must be a number such as 0.2; leave the quotes out",
                        "weft.yaml:4:64: spec.price.perGbSecond: '-1': must be from 0 to 1000",
                        "weft.yaml:4:78: spec.price.timeStep: '0s': must be from 1ms to 1h"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: [{name: aws-eu}]\n    require: {jurisdiction: us}",
                        "weft.yaml:15:21: spec.placement.clouds[0].name: 'aws-eu': has the label jurisdiction: eu, but require asks for us"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: [{name: aws-eu}]\n    require: {juristiction: eu}",
                        "weft.yaml:15:21: spec.placement.clouds[0].name: 'aws-eu': lacks the required label juristiction: eu; did you mean 'jurisdiction'?"),
                change(
                        ", labels: {jurisdiction: eu}}\n---",
                        "}\n---\napiVersion: weft.dev/v1alpha1\nkind: Cloud\nmetadata: {name: aws-eu}\nspec: {type: aws}\n---",
                        "weft.yaml:8:18: metadata.name: 'aws-eu': another Cloud has this name, at weft.yaml:3:18"),
                change(
                        "metadata: {name: aws-eu}",
                        "metadata: {name: aws-us}",
                        "weft.yaml:15:21: spec.placement.clouds[0].name: 'aws-eu': there is no Cloud of that name; did you mean 'aws-us'?"));
    }

    static Stream<Broken> routes() {
        return Stream.of(
                change(
                        "value: /checkout",
                        "value: checkout",
                        "weft.yaml:22:30: spec.rules[0].matches[0].path.value: 'checkout': must begin with '/'"),
                change(
                        "value: /checkout",
                        "value: /a//b",
                        "weft.yaml:22:30: spec.rules[0].matches[0].path.value: '/a//b': must not contain '//'"),
                change(
                        "value: /checkout",
                        "value: /a/../b",
                        "weft.yaml:22:30: spec.rules[0].matches[0].path.value: '/a/../b': must not contain '/../'"),
                change(
                        "value: /checkout",
                        "value: /a%2Fb",
                        "weft.yaml:22:30: spec.rules[0].matches[0].path.value: '/a%2Fb': must not contain '%2F'"),
                change(
                        "value: /checkout",
                        "value: \"/a#b\"",
                        "weft.yaml:22:30: spec.rules[0].matches[0].path.value: '/a#b': must not contain '#'"),
                change(
                        "value: /checkout",
                        "value: /a/..",
                        "weft.yaml:22:30: spec.rules[0].matches[0].path.value: '/a/..': must not end with '/..'"),
                change(
                        "value: /checkout",
                        "value: /a b",
                        "weft.yaml:22:30: spec.rules[0].matches[0].path.value: '/a b': must hold only characters of a URL's path; percent-encode the others"),
                change(
                        "value: /checkout",
                        "type: RegularExpression, value: \"/(a\"",
                        "weft.yaml:22:55: spec.rules[0].matches[0].path.value: '/(a': is not an RE2 regular expression: missing closing )"),
                change(
                        "value: /checkout",
                        "type: RegularExpression, value: \"/(?=a)\"",
                        "weft.yaml:22:55: spec.rules[0].matches[0].path.value: '/(?=a)': is not an RE2 regular expression: invalid or unsupported Perl syntax"),
                change(
                        "value: /checkout",
                        "type: prefix, value: /a",
                        "weft.yaml:22:29: spec.rules[0].matches[0].path.type: 'prefix': allowed are Exact, PathPrefix, RegularExpression"),
                change(
                        "{path: {value: /checkout}}",
                        "{method: get}",
                        "weft.yaml:22:24: spec.rules[0].matches[0].method: 'get': did you mean 'GET'? allowed are GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH"),
                change(
                        "{path: {value: /checkout}}",
                        "{headers: [{name: X-A, value: a}, {name: x-a, value: b}]}",
                        "weft.yaml:22:56: spec.rules[0].matches[0].headers[1].name: 'x-a': stands here twice; only the first would ever be looked at"),
                change(
                        "{path: {value: /checkout}}",
                        "{headers: [{name: \"x a\", value: a}]}",
                        "weft.yaml:22:33: spec.rules[0].matches[0].headers[0].name: 'x a': must be an HTTP token, 1 to 256 characters"),
                change(
                        "{path: {value: /checkout}}",
                        "{queryParams: [{name: a, value: a}, {name: A, value: a}, {name: a, value: b}]}",
                        "weft.yaml:22:79: spec.rules[0].matches[0].queryParams[2].name: 'a': stands here twice; only the first would ever be looked at"),
                change(
                        "{path: {value: /checkout}}",
                        "{queryParams: [{name: a, type: RegularExpression, value: \"*\"}]}",
                        "weft.yaml:22:72: spec.rules[0].matches[0].queryParams[0].value: '*': is not an RE2 regular expression: missing argument to repetition operator"),
                change(
                        "  rules:\n",
                        "  hostnames: [Shop.example.com]\n  rules:\n",
                        "weft.yaml:21:15: spec.hostnames[0]: 'Shop.example.com': must be a host name in lower case without port, such as shop.example.com or *.example.com, at most 253 characters"),
                change(
                        "  rules:\n",
                        "  hostnames: [10.0.0.1]\n  rules:\n",
                        "weft.yaml:21:15: spec.hostnames[0]: '10.0.0.1': must be a host name, not an IP address"),
                change(
                        "  rules:\n",
                        "  hostnames: [\"a.*.example\", \"*.example.com\"]\n  rules:\n",
                        "weft.yaml:21:15: spec.hostnames[0]: 'a.*.example': must be a host name in lower case without port, such as shop.example.com or *.example.com, at most 253 characters"),
                change(
                        "  rules:\n",
                        "  parentRefs: [{name: istio}]\n  rules:\n",
                        "weft.yaml:21:23: spec.parentRefs[0].name: 'istio': outside Kubernetes the only Gateway is {group: gateway.networking.k8s.io, kind: Gateway, name: weft} in namespace default; write 'weft' or leave parentRefs out"),
                change(
                        "  rules:\n",
                        "  parentRefs: [{name: weft, kind: Service, namespace: infra}]\n  rules:\n",
                        "weft.yaml:21:35: spec.parentRefs[0].kind: 'Service': outside Kubernetes the only Gateway is {group: gateway.networking.k8s.io, kind: Gateway, name: weft} in namespace default; write 'Gateway' or leave parentRefs out",
                        "weft.yaml:21:55: spec.parentRefs[0].namespace: 'infra': outside Kubernetes the only Gateway is {group: gateway.networking.k8s.io, kind: Gateway, name: weft} in namespace default; write 'default' or leave parentRefs out"));
    }

    static Stream<Broken> backends() {
        return Stream.of(
                change(
                        "{group: weft.dev, kind: Function, name: checkout}",
                        "{group: apps, kind: Deployment, name: checkout}",
                        "weft.yaml:23:19: spec.rules[0].backendRefs[0]: 'apps/Deployment': a function is {group: weft.dev, kind: Function, name: checkout}, a service {kind: Service, name: checkout, port: 80}"),
                change(
                        "{group: weft.dev, kind: Function, name: checkout}",
                        "{kind: Function, name: checkout}",
                        "weft.yaml:23:19: spec.rules[0].backendRefs[0]: 'Function': a function is {group: weft.dev, kind: Function, name: checkout}, a service {kind: Service, name: checkout, port: 80}"),
                change(
                        "{group: weft.dev, kind: Function, name: checkout}",
                        "{group: weft.dev, kind: Function, name: chekout}",
                        "weft.yaml:23:59: spec.rules[0].backendRefs[0].name: 'chekout': there is no Function of that name; did you mean 'checkout'?"),
                change(
                        "{group: weft.dev, kind: Function, name: checkout}",
                        "{group: weft.dev, kind: Function, name: checkout, namespace: other}",
                        "weft.yaml:23:80: spec.rules[0].backendRefs[0].namespace: 'other': must be the route's own namespace, default"),
                change(
                        "{group: weft.dev, kind: Function, name: checkout}",
                        "{group: weft.dev, kind: Function, name: checkout, port: 80}",
                        "weft.yaml:23:75: spec.rules[0].backendRefs[0].port: '80': a function has no port; leave it out"),
                change(
                        "{group: weft.dev, kind: Function, name: checkout}",
                        "{group: weft.dev, kind: Function, name: checkout, weight: 1000001}",
                        "weft.yaml:23:77: spec.rules[0].backendRefs[0].weight: '1000001': must be from 0 to 1000000"));
    }

    @ParameterizedTest
    @MethodSource({"functions", "clouds", "routes", "backends"})
    void everyMistakeIsToldWithItsPlaceAndItsCure(Broken broken) {
        broken.check(folder);
    }
}
