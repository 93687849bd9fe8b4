// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.spi.DocumentForm.Read;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Knative Services in a user's files. */
class ServiceFormTest {
    private static final String PLAIN = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: hello, labels: {team: shop}, annotations: {note: hi}}
            spec:
              template:
                spec:
                  containers:
                  - image: registry.example/hello:1
                    env: [{name: WHO, value: "${env:WHO}"}]
            """;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> yaml(String text) {
        return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Map<String, Object> map, String name) {
        return (Map<String, Object>) map.getOrDefault(name, Map.of());
    }

    private static Map<String, Object> function(String text) {
        return ((Read.As) new ServiceForm().read(yaml(text))).function();
    }

    private static List<Mistake> mistakes(String text) {
        return ((Read.Wrong) new ServiceForm().read(yaml(text))).mistakes();
    }

    @Test
    void anImageRunsOnTheCloudKnative() {
        Map<String, Object> function = function(PLAIN);
        assertThat(function).containsEntry("apiVersion", "weft.dev/v1alpha1").containsEntry("kind", "Function");
        assertThat(part(function, "metadata"))
                .containsEntry("name", "hello")
                .containsEntry("labels", Map.of("team", "shop"))
                .containsEntry("annotations", Map.of("note", "hi"));
        assertThat(part(function, "spec"))
                .containsEntry("contract", "http")
                .containsEntry("code", Map.of("image", "registry.example/hello:1"))
                .containsEntry("env", Map.of("WHO", "${env:WHO}"))
                .containsEntry("timeout", "300s")
                .containsEntry("memory", 0)
                .containsEntry("placement", Map.of("clouds", List.of(Map.of("name", "knative"))));
    }

    @Test
    void codeIsAFolderAndLabelsSayWhere() {
        String text = PLAIN.replace("team: shop", "weft-clouds: here_there, weft-strategy: weighted")
                .replace("  template:\n", "  template:\n    metadata: {annotations: {weft.dev/path: ./hello}}\n");
        assertThat(part(function(text), "spec"))
                .containsEntry("code", Map.of("path", "./hello"))
                .doesNotContainKey("path")
                .containsEntry(
                        "placement",
                        Map.of(
                                "clouds",
                                List.of(Map.of("name", "here"), Map.of("name", "there")),
                                "strategy",
                                "weighted"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- image: | - imagePullPolicy: Always, image: | containers[0].imagePullPolicy",
                "- image: | - resources: {limits: {cpu: 1}}, image: | containers[0].resources.limits.cpu",
                "- image: | - resources: {requests: {cpu: 1}}, image: | containers[0].resources.requests",
                "- image: | - ports: [{containerPort: 9000}], image: | containers[0].ports[0].containerPort",
                "- image: | - volumeMounts: [{name: v}], image: | containers[0].volumeMounts",
                "containers: | serviceAccountName: me, containers: | spec.template.spec.serviceAccountName",
                "template: | template: , metadata: {labels: {a: b}} | spec.template.metadata.labels",
                "template: | template: , metadata: {annotations: {weft.dev/code: UEsDBAo}} | annotations[weft.dev/code]",
                "template: | traffic: [{percent: 5}], template: | spec.traffic[0].percent",
                "value: \"${env:WHO}\" | value: 5 | containers[0].env[0].value",
            })
    void whatWouldBeLostIsRefused(String before, String after, String field) {
        String indent =
                PLAIN.lines().filter(line -> line.contains(before)).findFirst().orElseThrow();
        String spaces = " ".repeat(indent.length() - indent.stripLeading().length());
        String inner = before.equals("template:") && after.startsWith("template:") ? spaces + "  " : spaces;
        String replaced = before.startsWith("-")
                ? after.replace(", image:", '\n' + spaces + "  image:")
                : after.replaceFirst(" ?, ", '\n' + inner);
        String text = PLAIN.replace(before, replaced);
        assertThat(mistakes(text)).as(text).extracting(Mistake::field).anyMatch(each -> each.endsWith(field));
    }

    @Test
    void theFacadeTakesNoPathOfThisMachine() throws Exception {
        String body = Api.service("hello", "").replace("weft.dev/code", "weft.dev/path");
        assertThat(Api.message(new Api().ask(422, "POST", Api.ROOT, body))).contains("weft.dev/path");
    }
}
