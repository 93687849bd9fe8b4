// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in a namespace is its own, and is referred to only there. */
class NamespacesTest {
    private static final String CLOUD = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: aws-eu}
            spec: {type: aws, region: eu-west-1}
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void code() throws IOException {
        Files.createDirectories(folder.resolve("code"));
        Files.writeString(folder.resolve("code/index.js"), "exports.handler = () => 1;");
    }

    private static String function(String metadata, String more) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {%s}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: ./code}
                  placement: {clouds: [{name: aws-eu}]}
                %s""".formatted(metadata, more);
    }

    private static String route(String metadata, String backend) {
        return """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {%s}
                spec: {rules: [{backendRefs: [{group: weft.dev, kind: Function, %s}]}]}
                """.formatted(metadata, backend);
    }

    private Reading read(String... documents) throws IOException {
        Path file = Files.writeString(folder.resolve("weft.yaml"), CLOUD + String.join("", documents));
        return DocumentReader.read(List.of(file), Map.of());
    }

    private List<String> mistakes(String... documents) throws IOException {
        return ((Reading.Invalid) read(documents))
                .mistakes().stream().map(Mistake::toString).toList();
    }

    @Test
    void oneNameInTwoNamespacesIsTwoFunctions() throws Exception {
        Application application = ((Reading.Valid) read(
                        function("name: pay", ""),
                        function("name: pay, namespace: shop", "  events: {onSuccess: told}\n"),
                        function("name: told, namespace: shop", ""),
                        route("name: pay", "name: pay"),
                        route("name: pay, namespace: shop", "name: pay")))
                .application();
        assertThat(application.functions()).extracting(Document::name).containsExactly("pay", "pay.shop", "told.shop");
        assertThat(application.routes()).extracting(Document::name).containsExactly("pay", "pay.shop");
        assertThat(application.code()).containsOnlyKeys("pay", "pay.shop", "told.shop");
    }

    @Test
    void twoOfOneNameInOneNamespaceAreAMistake() throws Exception {
        assertThat(mistakes(function("name: pay, namespace: shop", ""), function("name: pay, namespace: shop", "")))
                .singleElement()
                .asString()
                .contains("metadata.name: 'pay': another Function has this name in namespace shop");
    }

    @Test
    void whatStandsElsewhereIsNotFoundAndNotTold() throws Exception {
        String elsewhere = function("name: hidden, namespace: blue", "");
        assertThat(mistakes(elsewhere, route("name: r, namespace: shop", "name: hidden")))
                .singleElement()
                .asString()
                .contains("there is no Function of that name; there is none");
        assertThat(mistakes(
                        elsewhere,
                        function("name: hides", ""),
                        function("name: pay, namespace: shop", "  events: {onFailure: hidden}\n")))
                .singleElement()
                .asString()
                .contains("spec.events.onFailure", "there is no Function of that name; known are pay");
        assertThat(mistakes(elsewhere, route("name: r", "name: hidden.blue")))
                .singleElement()
                .asString()
                .contains("backendRefs[0].name: 'hidden.blue': must be a DNS label");
        assertThat(mistakes(elsewhere, route("name: r, namespace: shop", "name: hidden, namespace: blue")))
                .singleElement()
                .asString()
                .contains("backendRefs[0].namespace: 'blue': must be the route's own namespace, shop");
    }

    @Test
    void limitsAreOfTheirNamespaceToo() throws Exception {
        String limit = """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Limit
                metadata: {name: few, namespace: shop}
                spec: {concurrency: 3}
                """;
        String route = """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r%s}
                spec:
                  rules:
                    - filters: [{type: ExtensionRef, extensionRef: {group: weft.dev, kind: Limit, name: few}}]
                      backendRefs: [{group: weft.dev, kind: Function, name: pay}]
                """;
        String both = function("name: pay", "") + function("name: pay, namespace: shop", "");
        assertThat(read(limit, both, route.formatted(", namespace: shop"))).isInstanceOf(Reading.Valid.class);
        assertThat(mistakes(limit, both, route.formatted("")))
                .singleElement()
                .asString()
                .contains("there is no Limit of that name; there is none");
    }

    @Test
    void cloudsAreEverywhereAndTheGatewayStandsInDefault() throws Exception {
        assertThat(mistakes("""
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: gcp-us, namespace: shop}
                spec: {type: google, region: us-east1}
                """, function("name: pay", "")))
                .singleElement()
                .asString()
                .contains("metadata.namespace: 'shop': clouds run functions of all namespaces; leave it out");
        String route = route("name: r, namespace: shop", "name: pay").replace("spec: {", "spec: {parentRefs: [%s], ");
        String pay = function("name: pay, namespace: shop", "");
        assertThat(read(pay, route.formatted("{name: weft, namespace: default}")))
                .isInstanceOf(Reading.Valid.class);
        assertThat(mistakes(pay, route.formatted("{name: weft}")))
                .singleElement()
                .asString()
                .contains("spec.parentRefs[0].namespace", "in namespace default");
    }
}
