// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Weft's own workers, which stand between it and the vendor's libraries, and how a process of one is started. */
final class Workers {
    /** Loaded in the function's process only, where Azure's library is on the class path. */
    static final String JAVA_MAIN = "dev.weft.clouds.azure.worker.JavaWorker";

    /** The first is run; it finds the others beside it. */
    private static final List<String> NODE_WORKER = List.of("worker.cjs", "worker-core.cjs", "worker-answers.cjs");

    private final ContractHost.Tools tools;
    private final List<Path> scripts;

    Workers(ContractHost.Tools tools) {
        this.tools = tools;
        this.scripts = NODE_WORKER.stream()
                .map(each -> HostFiles.copy(Workers.class, each, tools.files(), "azure-functions-" + each))
                .toList();
    }

    /** The folder of the vendor's library for that worker, fetched if it is not there; where none is needed, any. */
    Path library(AzureRuntime.Worker worker) {
        return switch (worker) {
            case CUSTOM -> tools.files();
            case NODE ->
                tools.libraries()
                        .npm(
                                "azure-functions-nodejs",
                                HostFiles.text(Workers.class, "package.json"),
                                HostFiles.text(Workers.class, "package-lock.json"));
            case JAVA -> tools.libraries().maven("azure-functions-java", HostFiles.text(Workers.class, "maven.lock"));
        };
    }

    /** Node.js with {@code @azure/functions} in reach of the code. */
    ContractHost.Program node(ContractHost.Files files) {
        files.modules(library(AzureRuntime.Worker.NODE).resolve("node_modules"));
        List<Path> shared = scripts.stream().map(files::share).toList();
        return new ContractHost.Program.Node(
                shared.getFirst(), List.of(), List.of("node:http", "node:module", "@azure/functions"));
    }

    /** A JVM with the annotations library and the worker. */
    ContractHost.Program java(ContractHost.Files files) {
        List<Path> classpath = new ArrayList<>();
        classpath.add(files.share(HostFiles.classes(Workers.class)));
        try (Stream<Path> jars = Files.list(library(AzureRuntime.Worker.JAVA).resolve("jars"))) {
            jars.filter(each -> each.toString().endsWith(".jar"))
                    .sorted()
                    .forEach(each -> classpath.add(files.share(each)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the library's jars can't be listed", unreadable);
        }
        return new ContractHost.Program.Java(classpath, JAVA_MAIN, List.of());
    }
}
