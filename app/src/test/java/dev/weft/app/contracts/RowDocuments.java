// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Spelling;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;

/** A {@code weft.yaml} of one row's functions, as a user would write it, their code in a folder each beside it. */
final class RowDocuments {
    private static final String CLOUD = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: here}
            spec: {type: local, region: eu-west-1}
            """;

    private static final String FUNCTION = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: NAME}
            spec:
              contract: %s
            %s  code: {path: ./NAME}
              memory: %s
              timeout: %dms
              concurrency: %d
              maxInstances: %d
              placement: {clouds: [{name: here}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: NAME}
            spec:
              rules:
              - matches: [{headers: [{name: FIELD, value: NAME}]}]
                backendRefs: [{group: weft.dev, kind: Function, name: NAME}]
            """;

    /** The request's header field that names the function: not every row's code answers at every path. */
    static final String FIELD = "function";

    private final Path folder;
    private final StringBuilder text = new StringBuilder(CLOUD);

    RowDocuments(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** One function more, whose code is taken from where it is. */
    void add(String name, SampleFunction function, Path code) throws IOException {
        Files.move(code, folder.resolve(name));
        text.append(FUNCTION.replace("NAME", name)
                .replace("FIELD", FIELD)
                .formatted(
                        Spelling.Words.of(function.contract()),
                        line("runtime", function.runtime())
                                + line("handler", function.handler())
                                + line("command", function.command().isEmpty() ? null : function.command()),
                        function.memory(),
                        function.timeout().toMillis(),
                        function.concurrency(),
                        function.maxInstances()));
    }

    /** JSON is YAML too. */
    private static String line(String key, @org.jspecify.annotations.Nullable Object value) {
        return value == null ? "" : "  " + key + ": " + JsonMapper.shared().writeValueAsString(value) + '\n';
    }

    /** Writes them down; the folder that they are in. */
    Path write() throws IOException {
        Files.writeString(folder.resolve("weft.yaml"), text);
        return folder;
    }
}
