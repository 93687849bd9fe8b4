// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Knative Service beside Weft's own documents. */
class KnativeDocumentTest {
    private static final String CLOUD = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: knative}
            spec: {type: knative}
            ---
            """;
    private static final String SERVICE = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: hello}
            spec:
              template:
                metadata: {annotations: {autoscaling.knative.dev/max-scale: "3"}}
                spec:
                  containers:
                  - image: registry.example/hello:1
                    env: [{name: WHO, value: "${env:WHO}"}]
            """;

    @TempDir
    private Path folder;

    private Reading read(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("service.yaml"), text);
        return DocumentReader.read(List.of(file), Map.of("WHO", "Weft"));
    }

    @Test
    void itIsAFunction() throws Exception {
        Application application = ((Reading.Valid) read(CLOUD + SERVICE)).application();
        Function.Spec spec =
                Objects.requireNonNull(application.function("hello")).spec();
        assertThat(spec.contract()).isEqualTo(Function.Contract.HTTP);
        assertThat(spec.code().image()).isEqualTo("registry.example/hello:1");
        assertThat(spec.maxInstances()).isEqualTo(3);
        assertThat(spec.memory().bytes()).isZero();
        assertThat(spec.placement().clouds()).extracting(each -> each.name()).containsExactly("knative");
    }

    @Test
    void aMistakeStandsWhereTheDocumentHasIt() throws Exception {
        String text = CLOUD + SERVICE.replace("    containers:", "    nodeSelector: {a: b}\n      containers:");
        Mistake mistake = ((Reading.Invalid) read(text)).mistakes().getFirst();
        assertThat(mistake.field()).isEqualTo("spec.template.spec.nodeSelector");
        assertThat(Objects.requireNonNull(mistake.position()).line()).isEqualTo(13);
    }

    @Test
    void whereItRunsMustBeACloudOfTheDocuments() throws Exception {
        List<Mistake> mistakes = ((Reading.Invalid) read(SERVICE)).mistakes();
        assertThat(mistakes).extracting(Mistake::field).contains("spec.placement.clouds[0].name");
        assertThat(mistakes.getFirst().value()).isEqualTo("knative");
    }
}
