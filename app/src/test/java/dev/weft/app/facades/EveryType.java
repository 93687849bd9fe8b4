// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Documents of one Weft whose clouds are another's façades, of every type. */
final class EveryType {
    private static final String FN = "type: fn, account: {app: default}";
    private static final String OCI =
            "type: oci, region: eu-frankfurt-1, account: {compartment: ocid1.tenancy.oc1..default, application: default}";
    private static final String AZURE =
            "type: azure, region: westeurope, account: {subscription: 1ecc0a85-9d58-3d17-8e93-e466bfd6d912,"
                    + " resourceGroup: weft, storageAccount: weftstore, plan: weft}";

    private EveryType() {}

    /** Says where a façade listens. */
    @FunctionalInterface
    interface Addresses {
        URI of(String facade) throws Exception;
    }

    /** One that nobody listens on, and that the system gives nobody who asks for any: it stays free until it is used. */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // another one
            }
        }
    }

    /** What the other Weft serves itself. */
    static Path own(Path folder) throws Exception {
        Files.createDirectories(folder.resolve("own"));
        Files.writeString(folder.resolve("own/index.js"), """
                require('http').createServer((q, s) => s.end('own ' + q.method + ' ' + q.url)).listen(process.env.PORT);
                """);
        return Files.writeString(folder.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: here}
                spec: {type: local}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: own}
                spec: {contract: http, command: [node, index.js], code: {path: ./own}, placement: {clouds: [{name: here}]}}
                """);
    }

    /** Images are made in {@code registry}, on a base with Node.js that is there. */
    static Path write(Path folder, Addresses at, Path keys, String registry) throws Exception {
        code(folder);
        String clouds = cloud(
                        "aws",
                        "type: aws, region: eu-west-1, account: {role: \"arn:aws:iam::000000000000:role/any\"}",
                        at)
                + cloud("azure", AZURE, at)
                + cloud("google", "type: google, region: europe-west1, account: {project: default}", at)
                + cloud("openwhisk", "type: openwhisk", at)
                + cloud("alibaba", "type: alibaba, region: eu-central-1", at)
                + cloud("fn", FN + images(registry), at)
                + cloud("oci", OCI + images(registry), at)
                + cloud(
                        "knative",
                        "type: knative" + images(registry) + ", account: {ingress: \""
                                + at.of("knative").toString().replaceAll("/$", "") + "\"}",
                        at)
                + cloud("weft", "type: weft", at)
                + cloud("spare", "type: weft, account: {keyFile: \"" + keys.resolve("spare.key") + "\"}", at);
        String functions = function("lambda", "aws-lambda", "nodejs20", "aws")
                + function("action", "openwhisk", "\"nodejs:20\"", "openwhisk")
                + function("compute", "alibaba-fc", "nodejs20", "alibaba")
                + function("offer", "google-functions", "nodejs20", "google}, {name: spare")
                + twice()
                + boxed("fn", "fn}, {name: spare", registry)
                + boxed("oci", "oci", registry)
                + boxed("knative", "knative", registry)
                + ship(folder)
                + existing("fn")
                + existing("oci")
                + existing("azure")
                + existing("knative");
        return Files.writeString(folder.resolve("weft.yaml"), clouds + functions);
    }

    /** An app of Azure's with a custom handler. */
    private static String ship(Path folder) throws Exception {
        Path ship = folder.resolve("ship");
        Path example = Path.of("../examples/six-clouds/ship");
        try (Stream<Path> files = Files.walk(example)) {
            for (Path each : files.toList()) {
                Path to = ship.resolve(example.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(each, to);
                }
            }
        }
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: ship, labels: {team: shop}}
                spec:
                  contract: azure-functions
                  runtime: custom
                  code: {path: ./ship}
                  timeout: 10s
                  env: {CURRENCY: "${env:WHO}"}
                  placement: {clouds: [{name: azure}, {name: spare}]}
                """ + route("ship");
    }

    private static String images(String registry) {
        return ", registry: \"" + registry + "/shop\"";
    }

    /** A folder that is an image where it goes. */
    private static String boxed(String name, String clouds, String registry) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: boxed-%1$s, labels: {team: shop}}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: ./twice, base: "%3$s/base/node:20"}
                  memory: 256Mi
                  timeout: 20s
                  env: {WHO: "${plain:env:WHO}"}
                  placement: {clouds: [{name: %2$s}]}
                """.formatted(name, clouds, registry) + route("boxed-" + name);
    }

    private static void code(Path folder) throws Exception {
        for (String each : new String[] {"lambda", "action", "compute", "offer", "twice"}) {
            Files.createDirectories(folder.resolve(each));
        }
        Files.writeString(folder.resolve("lambda/index.js"), """
                exports.handler = async (event) => ({
                  statusCode: 200, body: 'lambda ' + process.env.WHO + ' ' + event.rawPath + ' ' + event.rawQueryString });
                """);
        Files.writeString(folder.resolve("action/index.js"), """
                exports.main = (args) => ({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'action ' + process.env.WHO });
                """);
        Files.writeString(folder.resolve("compute/index.js"), """
                exports.handler = async (event) => ({
                  statusCode: 200, body: 'compute ' + process.env.WHO + ' ' + JSON.parse(event.toString()).rawPath });
                """);
        Files.writeString(folder.resolve("offer/index.js"), """
                require('@google-cloud/functions-framework').http('offer', (request, response) => {
                  console.log('offered ' + request.path);
                  response.send('offer ' + process.env.WHO);
                });
                """);
        Files.writeString(folder.resolve("offer/package.json"), """
                {"name": "offer", "main": "index.js", "dependencies": {"@google-cloud/functions-framework": "^4.0.0"}}
                """);
        Files.writeString(folder.resolve("twice/index.js"), """
                exports.handler = async (event) => {
                  console.log('served ' + event.rawPath);
                  return { statusCode: 200, body: ['twice', process.env.WHO, event.rawPath, event.rawQueryString].join(' ') };
                };
                """);
    }

    private static String cloud(String name, String spec, Addresses at) throws Exception {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: %s, labels: {app.kubernetes.io/part-of: every-type}}
                spec: {endpoint: "%s", %s}
                """.formatted(name, at.of(name), spec);
    }

    private static String function(String name, String contract, String runtime, String cloud) {
        String handler = contract.equals("openwhisk") ? "main" : name.equals("offer") ? "offer" : "index.handler";
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: %1$s, labels: {team: shop}}
                spec:
                  contract: %2$s
                  runtime: %3$s
                  handler: %4$s
                  code: {path: ./%1$s}
                  timeout: 10s
                  env: {WHO: "${%6$senv:WHO}"}
                  placement: {clouds: [{name: %5$s}]}
                """.formatted(name, contract, runtime, handler, cloud, contract.startsWith("google") ? "" : "plain:")
                + route(name);
    }

    /** On both Wefts, as it is. */
    private static String twice() {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: twice}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: ./twice}
                  memory: 192Mi
                  timeout: 1m30s
                  minInstances: 1
                  maxHops: 4
                  events: {retries: 1, maxAge: 90m}
                  env: {WHO: "${env:WHO}"}
                  placement: {clouds: [{name: weft}, {name: spare}]}
                """ + route("twice");
    }

    private static String existing(String cloud) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: own-%1$s}
                spec: {contract: %2$s, existing: true, placement: {clouds: [{name: %1$s, as: own}]}}
                """.formatted(cloud, cloud.matches("azure|knative") ? "http, command: [any]" : "fn")
                + route("own-" + cloud);
    }

    /** A route of every host: requests below {@code /name} go to the function of that name. */
    static String route(String name) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %1$s}
                spec:
                  rules:
                  - matches: [{path: {type: PathPrefix, value: /%1$s}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: %1$s}]
                """.formatted(name);
    }
}
