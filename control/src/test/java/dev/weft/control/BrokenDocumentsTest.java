// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static dev.weft.control.Broken.change;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One change that breaks a document by itself, and every word the user is told. */
class BrokenDocumentsTest {
    @TempDir
    Path folder;

    static Stream<Broken> heads() {
        return Stream.of(
                change(
                        "kind: Function\nmetadata: {name: checkout}",
                        "kind: Funktion\nmetadata: {name: checkout}",
                        "weft.yaml:7:7: kind: 'Funktion': did you mean 'Function'? allowed are Cloud, Facade, Function, HTTPRoute, Limit, Service"),
                change(
                        "kind: Cloud\n",
                        "kind: Clowd\n",
                        "weft.yaml:2:7: kind: 'Clowd': did you mean 'Cloud'? allowed are Cloud, Facade, Function, HTTPRoute, Limit, Service"),
                change(
                        "kind: Cloud\n",
                        "kind: Secret\n",
                        "weft.yaml:2:7: kind: 'Secret': allowed are Cloud, Facade, Function, HTTPRoute, Limit, Service"),
                change(
                        "kind: Cloud\n",
                        "",
                        "weft.yaml:1:1: kind: is required; allowed are Cloud, Facade, Function, HTTPRoute, Limit, Service"),
                change(
                        "apiVersion: weft.dev/v1alpha1\nkind: Cloud",
                        "kind: Cloud",
                        "weft.yaml:1:1: apiVersion: is required; allowed are gateway.networking.k8s.io/v1, v1, weft.dev/v1alpha1"),
                change(
                        "apiVersion: weft.dev/v1alpha1\nkind: Cloud",
                        "apiVersion: weft.dev/v1\nkind: Cloud",
                        "weft.yaml:1:13: apiVersion: 'weft.dev/v1': kind Cloud has the apiVersion weft.dev/v1alpha1"),
                change(
                        "apiVersion: gateway.networking.k8s.io/v1\n",
                        "apiVersion: weft.dev/v1alpha1\n",
                        "weft.yaml:17:13: apiVersion: 'weft.dev/v1alpha1': kind HTTPRoute has the apiVersion gateway.networking.k8s.io/v1"),
                change("kind: Cloud\n", "kind: [Cloud]\n", "weft.yaml:2:7: kind: must be text"),
                change(
                        "metadata: {name: checkout}",
                        "metadata: {nam: checkout}",
                        "weft.yaml:8:11: metadata.name: is required",
                        "weft.yaml:8:12: metadata.nam: unknown key; did you mean 'name'?"),
                change("metadata: {name: checkout}\n", "", "weft.yaml:6:1: metadata: is required"),
                change(
                        "metadata: {name: checkout}",
                        "metadata: {name: Check_Out}",
                        "weft.yaml:8:18: metadata.name: 'Check_Out': must be a DNS label: lower-case letters, digits and '-', at most 63"),
                change(
                        "metadata: {name: checkout}",
                        "metadata: {name: checkout, namespace: Shop}",
                        "weft.yaml:8:39: metadata.namespace: 'Shop': must be a DNS label: lower-case letters, digits and '-', at most 63"),
                change(
                        "metadata: {name: checkout}",
                        "metadata: {name: checkout, labels: {version: 1.0}}",
                        "weft.yaml:8:46: metadata.labels.version: '1.0': must be text, not a number; quote it: \"1.0\""),
                change(
                        "metadata: {name: checkout}",
                        "metadata: {name: checkout, labels: {\"a.b/c\": yes, d: true}}",
                        "weft.yaml:8:54: metadata.labels.d: 'true': must be text, not true or false; quote it: \"true\""));
    }

    static Stream<Broken> shapes() {
        return Stream.of(
                change(
                        "  handler: index.handler\n",
                        "  handlr: index.handler\n",
                        "weft.yaml:10:3: spec.handler: is required by contract aws-lambda",
                        "weft.yaml:13:3: spec.handlr: unknown key; did you mean 'handler'?"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  handler: other.handler\n",
                        "weft.yaml:14:3: spec.handler: stands here twice; keep one"),
                change(
                        "  handler: index.handler\n",
                        "  handler:\n",
                        "weft.yaml:13:11: spec.handler: has no value; give one or leave the key out"),
                change(
                        "  handler: index.handler\n",
                        "  handler: [index, handler]\n",
                        "weft.yaml:13:12: spec.handler: must be one value, not a list"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  xyzzyplugh: 1\n",
                        "weft.yaml:14:3: spec.xyzzyplugh: unknown key; known are appProtocol, architecture, budget, code, command, concurrency, contract, env, events, existing, handler, idempotent, idleTimeout, limits, maxHops, maxInstances, memory, minInstances, payload, placement, runtime, timeout"),
                change(
                        "  code: {path: ./checkout}",
                        "  code: ./checkout",
                        "weft.yaml:12:9: spec.code: must be a map, not a single value"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: aws-eu",
                        "weft.yaml:15:13: spec.placement.clouds: must be a list, not a single value"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: [aws-eu]",
                        "weft.yaml:15:14: spec.placement.clouds[0]: must be a map, not a single value"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    clouds: []",
                        "weft.yaml:15:13: spec.placement.clouds: must have at least one item"),
                change(
                        "    clouds: [{name: aws-eu}]",
                        "    cloud: [{name: aws-eu}]",
                        "weft.yaml:15:5: spec.placement.cloud: unknown key; did you mean 'clouds'?",
                        "weft.yaml:15:5: spec.placement.clouds: is required"),
                change(
                        "  placement:\n    clouds: [{name: aws-eu}]\n",
                        "",
                        "weft.yaml:10:3: spec.placement: is required"),
                change(
                        "labels: {jurisdiction: eu}",
                        "labels: [jurisdiction]",
                        "weft.yaml:4:46: spec.labels: must be a map, not a list"),
                change(
                        "labels: {jurisdiction: eu}",
                        "labels: {jurisdiction: {eu: yes}}",
                        "weft.yaml:4:61: spec.labels.jurisdiction: must be text, not a map"),
                change(
                        "labels: {jurisdiction: eu}",
                        "labels: {? [a, b] : eu}",
                        "weft.yaml:4:49: spec.labels: a key must be text, not a list or map"),
                change(
                        "  handler: index.handler\n",
                        "  handler: !js index.handler\n",
                        "weft.yaml:13:12: spec.handler: 'index.handler': must be text, without the tag !js"));
    }

    static Stream<Broken> values() {
        return Stream.of(
                change(
                        "contract: aws-lambda",
                        "contract: aws-lamda",
                        "weft.yaml:10:13: spec.contract: 'aws-lamda': did you mean 'aws-lambda'? allowed are aws-lambda, azure-functions, google-functions, openwhisk, fn, alibaba-fc, http, cloudevents"),
                change(
                        "contract: aws-lambda",
                        "contract: 7",
                        "weft.yaml:10:13: spec.contract: '7': allowed are aws-lambda, azure-functions, google-functions, openwhisk, fn, alibaba-fc, http, cloudevents"),
                change(
                        "type: aws,",
                        "type: amazon,",
                        "weft.yaml:4:14: spec.type: 'amazon': allowed are aws, azure, google, openwhisk, code-engine, fn, oci, knative, alibaba, docker, local, weft"),
                change(
                        "region: eu-west-1",
                        "region: Frankfurt!",
                        "weft.yaml:4:27: spec.region: 'Frankfurt!': must be lower-case letters, digits and '-', at most 63"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  memory: 1MB\n",
                        "weft.yaml:14:11: spec.memory: '1MB': must be a number of bytes such as 256Mi or 1Gi (units Ki Mi Gi Ti k M G T)"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  memory: 1Mi\n",
                        "weft.yaml:14:11: spec.memory: '1Mi': must be from 64Mi to 32Gi, or 0 where the cloud is to decide"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  timeout: 10\n",
                        "weft.yaml:14:12: spec.timeout: '10': needs a unit: 10ms or 10s?"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  timeout: ten seconds\n",
                        "weft.yaml:14:12: spec.timeout: 'ten seconds': must be a duration such as 300ms, 10s or 1h30m (units h m s ms)"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  timeout: 2h\n",
                        "weft.yaml:14:12: spec.timeout: '2h': must be from 100ms to 1h"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  maxInstances: \"10\"\n",
                        "weft.yaml:14:17: spec.maxInstances: '10': must be a whole number; leave the quotes out"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  maxInstances: -1\n",
                        "weft.yaml:14:17: spec.maxInstances: '-1': must be from 1 to 1000, or 0 where the cloud is to decide"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  maxInstances: 1.5\n",
                        "weft.yaml:14:17: spec.maxInstances: '1.5': must be a whole number"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  maxInstances: 99999999999\n",
                        "weft.yaml:14:17: spec.maxInstances: '99999999999': must be from 1 to 1000, or 0 where the cloud is to decide"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  idempotent: yes\n",
                        "weft.yaml:14:15: spec.idempotent: 'yes': must be true or false"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  idempotent: \"true\"\n",
                        "weft.yaml:14:15: spec.idempotent: 'true': must be true or false, without quotes"),
                change(
                        "  handler: index.handler\n",
                        "  handler: 42\n",
                        "weft.yaml:13:12: spec.handler: '42': must be text, not a number; quote it: \"42\""),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  env: {PIN: 1234}\n",
                        "weft.yaml:14:14: spec.env.PIN: must be text, not a number; quote it"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  env: {1st: one}\n",
                        "weft.yaml:14:14: spec.env.1st: the key must be letters, digits and '_', not beginning with a digit"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  env: {KEY: \"${env:NOT_SET}\"}\n",
                        "weft.yaml:14:14: spec.env.KEY: '${env:NOT_SET}': the environment variable NOT_SET is not set"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  env: {KEY: \"hush ${evn:KEY}\"}\n",
                        "weft.yaml:14:14: spec.env.KEY: '${evn:KEY}': is no reference; use ${env:NAME} or ${file:PATH}, ${plain:env:NAME} where it is no secret, or $${ for a literal ${"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  env: {KEY: \"hush ${env:KEY\"}\n",
                        "weft.yaml:14:14: spec.env.KEY: has a ${ without its }; write $${ for a literal ${"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n  env: {KEY: \"${file:key.txt}\"}\n",
                        "weft.yaml:14:14: spec.env.KEY: '${file:key.txt}': there is no file key.txt"),
                change(
                        "region: eu-west-1",
                        "endpoint: ftp://cloud.example",
                        "weft.yaml:4:29: spec.endpoint: 'ftp://cloud.example': must be an http:// or https:// URL with a host"),
                change(
                        "region: eu-west-1",
                        "endpoint: \"https://me:pass@cloud.example/api\"",
                        "weft.yaml:4:29: spec.endpoint: must be a URL without user, query and fragment"));
    }

    static Stream<Broken> syntax() {
        return Stream.of(
                change(
                        "  handler: index.handler\n",
                        "  handler: index.handler\n\ttimeout: 1s\n",
                        "weft.yaml:14:1: document: is not YAML: found a tab; indent with spaces"),
                change(
                        "  handler: index.handler\n",
                        "  handler: index: handler\n",
                        "weft.yaml:13:17: document: is not YAML: mapping values are not allowed here"),
                change(
                        "metadata: {name: checkout}",
                        "metadata: {name: checkout",
                        "weft.yaml:9:5: document: is not YAML: while parsing a flow mapping, expected ',' or '}', but got :"),
                change(
                        "  handler: index.handler\n",
                        " handler: index.handler\n",
                        "weft.yaml:13:2: document: is not YAML: while parsing a block mapping, expected <block end>, but found '<block mapping start>'"),
                change(
                        "  handler: index.handler\n",
                        "  handler: \"index.handler\n",
                        "weft.yaml:16:1: document: is not YAML: while scanning a quoted scalar, found unexpected document separator"),
                change(
                        "  handler: index.handler\n",
                        "  handler: *nothing\n",
                        "weft.yaml:13:12: document: is not YAML: found undefined alias nothing"),
                change(
                        "  handler: index.handler\n",
                        "  handler: @index\n",
                        "weft.yaml:13:12: document: is not YAML: while scanning for the next token, found character '@' that cannot start any token. (Do not use @ for indentation)"),
                change(
                        "---\napiVersion: weft.dev/v1alpha1\nkind: Function",
                        "---\n- a list\n---\napiVersion: weft.dev/v1alpha1\nkind: Function",
                        "weft.yaml:6:1: document: must be a map with apiVersion, kind, metadata and spec"),
                change(
                        "type: aws, region: eu-west-1",
                        "typ: aws, region: EU",
                        "weft.yaml:4:7: spec.type: is required; allowed are aws, azure, google, openwhisk, code-engine, fn, oci, knative, alibaba, docker, local, weft",
                        "weft.yaml:4:8: spec.typ: unknown key; did you mean 'type'?",
                        "weft.yaml:4:26: spec.region: 'EU': must be lower-case letters, digits and '-', at most 63"));
    }

    @ParameterizedTest
    @MethodSource({"heads", "shapes", "values", "syntax"})
    void everyMistakeIsToldWithItsPlaceAndItsCure(Broken broken) {
        broken.check(folder);
    }
}
