// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder with documents and code, for tests. */
public record Workspace(Path folder) {
    public static final String CLOUD = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: aws-eu}
            spec: {type: aws, region: eu-west-1, labels: {jurisdiction: eu}}
            """;

    public static final String FUNCTION = """
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: checkout}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              code: {path: ./checkout}
              handler: index.handler
              placement:
                clouds: [{name: aws-eu}]
            """;

    public static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              rules:
              - matches: [{path: {value: /checkout}}]
                backendRefs: [{group: weft.dev, kind: Function, name: checkout}]
            """;

    public static final String ALL = CLOUD + "---\n" + FUNCTION + "---\n" + ROUTE;

    public Workspace {
        write(folder, "checkout/index.js", "exports.handler = async () => 'hello'\n");
    }

    /** Writes a file, its folders too. */
    public Path write(String name, String text) {
        return write(folder, name, text);
    }

    private static Path write(Path folder, String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Reads {@code yaml} as this folder's weft.yaml. */
    public Reading read(String yaml) {
        return read(yaml, Map.of());
    }

    public Reading read(String yaml, Map<String, String> environment) {
        return DocumentReader.read(List.of(write("weft.yaml", yaml)), environment);
    }

    /** The application in {@code yaml}, which must hold no mistake. */
    public Application valid(String yaml, Map<String, String> environment) {
        return switch (read(yaml, environment)) {
            case Reading.Valid valid -> valid.application();
            case Reading.Invalid invalid -> throw new AssertionError(invalid.mistakes());
        };
    }

    public Application valid(String yaml) {
        return valid(yaml, Map.of());
    }

    /** The mistakes in {@code yaml}, as a user sees them but for the folder. */
    public List<String> mistakes(String yaml) {
        return mistakes(read(yaml));
    }

    public List<String> mistakes(Reading reading) {
        return switch (reading) {
            case Reading.Valid _ -> List.of();
            case Reading.Invalid invalid ->
                invalid.mistakes().stream()
                        .map(each -> each.toString().replace(folder + "/", ""))
                        .toList();
        };
    }
}
