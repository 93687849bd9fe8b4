// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Node.js with the FDK from npm. The handler names the file that calls {@code fdk.handle}, as a Fn image's command does;
 * the function's own copy of the FDK, if it has one, comes before ours.
 *
 * @param least version that was asked for; 0 for any that the FDK runs on
 */
record NodeRuntime(int least) implements FnRuntime {
    private static final String NO_HANDLER = "func.js";
    private static final int OLDEST = 18;

    @Override
    public List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
        List<Mistake> mistakes = new ArrayList<>();
        Mistake missing = languages.missing(
                ContractHost.Language.NODE,
                Math.max(least, OLDEST),
                "spec.runtime",
                function.spec().runtime());
        if (missing != null) {
            mistakes.add(missing);
        }
        String handler = function.spec().handler();
        String name = name(function);
        Path file = code.resolve(name).normalize();
        if (!name.matches(".+\\.(js|mjs|cjs)") || !file.startsWith(code.normalize())) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    handler,
                    "runtime node needs the file that calls fdk.handle, below the function's folder, for example "
                            + NO_HANDLER));
        } else if (!Files.isRegularFile(file)) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    handler,
                    "there is no file %s in the function's folder%s"
                            .formatted(name, handler == null ? "; name the one that calls fdk.handle" : "")));
        }
        return mistakes;
    }

    @Override
    public void prepare(ContractHost.Libraries libraries) {
        Path ignored = library(libraries);
    }

    private static Path library(ContractHost.Libraries libraries) {
        return libraries.npm(
                "fn-nodejs",
                HostFiles.text(FnHost.class, "fn-nodejs-package.json"),
                HostFiles.text(FnHost.class, "fn-nodejs-package-lock.json"));
    }

    @Override
    public ContractHost.Program program(ContractHost.Tools tools, ContractHost.Files files) {
        Path library = library(tools.libraries());
        Path script = HostFiles.copy(FnHost.class, "fn-start.mjs", tools.files(), "fn-start.mjs");
        files.modules(library.resolve("node_modules"));
        return new ContractHost.Program.Node(
                files.share(script), List.of(), List.of("node:fs", "node:http", "node:path"));
    }

    @Override
    public Map<String, String> handler(Function function, Path code) {
        return Map.of("WEFT_HANDLER", code.resolve(name(function)).toString());
    }

    private static String name(Function function) {
        String handler = function.spec().handler();
        return handler == null ? NO_HANDLER : handler;
    }
}
