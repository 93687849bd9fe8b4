// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CloudChecksTest {
    @TempDir
    private Path folder;

    private List<String> mistakes(String namespace) throws Exception {
        Files.createDirectories(folder.resolve("code"));
        Path file = Files.writeString(folder.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: fn}
                spec: {type: fn, endpoint: "http://127.0.0.1:1"}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: pay, namespace: %s}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: ./code}
                  placement: {clouds: [{name: fn}]}
                """.formatted(namespace));
        return switch (DocumentReader.read(List.of(file), Map.of(), new CloudChecks(new Vendors(Map.of())))) {
            case Reading.Invalid(List<Mistake> mistakes) ->
                mistakes.stream().map(Mistake::toString).toList();
            case Reading.Valid _ -> List.of();
        };
    }

    @Test
    void cloudsAreGivenFunctionsOfOneNamespace() throws Exception {
        assertThat(mistakes("default")).isEmpty();
        assertThat(mistakes("shop"))
                .singleElement()
                .asString()
                .contains("metadata.namespace: 'shop': functions of this namespace run under weft up only");
    }
}
