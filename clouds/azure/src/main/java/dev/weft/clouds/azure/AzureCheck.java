// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What keeps a function from running here, every mistake at once. */
final class AzureCheck {
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private AzureCheck() {}

    static List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = function.spec();
        if (spec.payload() == Function.Payload.RAW) {
            mistakes.add(Mistake.at(
                    "spec.payload", "raw", "contract azure-functions has one mapping, its trigger's; leave it out"));
        }
        AzureRuntime runtime = AzureRuntime.parse(spec.runtime());
        if (runtime == null) {
            mistakes.add(Mistake.at(
                    "spec.runtime",
                    spec.runtime(),
                    "this version runs " + AzureRuntime.KNOWN + " under contract azure-functions"));
        } else {
            ContractHost.Language language = runtime.language();
            Mistake missing = language == null
                    ? null
                    : languages.missing(language, runtime.version(), "spec.runtime", spec.runtime());
            if (missing != null) {
                mistakes.add(missing);
            }
        }
        if (!Files.isDirectory(code)) {
            mistakes.add(
                    Mistake.at("spec.code.path", spec.code().path(), "there is no folder " + code.toAbsolutePath()));
        } else if (runtime != null) {
            app(function, runtime, code, mistakes);
        }
        return mistakes;
    }

    private static void app(Function function, AzureRuntime runtime, Path code, List<Mistake> mistakes) {
        Function.Spec spec = function.spec();
        List<Mistake> inFiles = new ArrayList<>();
        AzureApp app = AzureApp.read(runtime.worker(), code, inFiles);
        inFiles.forEach(
                each -> mistakes.add(Mistake.at(each.field(), spec.code().path(), each.message())));
        boolean custom = runtime.worker() == AzureRuntime.Worker.CUSTOM;
        if (!custom && !spec.command().isEmpty()) {
            mistakes.add(Mistake.at(
                    "spec.command",
                    String.join(" ", spec.command()),
                    "only runtime custom is started by a command; leave it out"));
        }
        AzureFunction chosen;
        if (runtime.worker() == AzureRuntime.Worker.NODE) {
            String missing = NodeFunctions.missingEntry(code);
            if (missing != null) {
                mistakes.add(Mistake.at("spec.code.path", spec.code().path(), missing));
            }
            // whether the code registers another one only its worker can say
            chosen = app.choose(spec.handler(), new ArrayList<>());
        } else {
            chosen = app.choose(spec.handler(), mistakes);
            if (chosen != null) {
                chosen.problems().forEach(each -> mistakes.add(Mistake.at("spec.handler", spec.handler(), each)));
            }
        }
        if (custom) {
            program(function, app.host().handler(), code, mistakes);
        }
        if (chosen != null && chosen.http() && spec.timeout().compareTo(AzureHost.HTTP_ANSWER_MAX) > 0) {
            mistakes.add(Mistake.at(
                    "spec.timeout",
                    spec.timeout().toSeconds() + "s",
                    "function %s is begun by HTTP, and Azure waits %d s for such an answer; at most that"
                            .formatted(chosen.name(), AzureHost.HTTP_ANSWER_MAX.toSeconds())));
        }
    }

    private static void program(
            Function function, HostJson.@Nullable CustomHandler handler, Path code, List<Mistake> mistakes) {
        List<String> command = function.spec().command();
        if (!command.isEmpty()) {
            program("spec.command[0]", command.getFirst(), code, mistakes);
        } else if (handler == null) {
            mistakes.add(Mistake.at(
                    "spec.command",
                    null,
                    "runtime custom needs the program that is the handler: customHandler.description"
                            + ".defaultExecutablePath in host.json, or spec.command, for example [node, handler.mjs]"));
        } else if (!handler.command().getFirst().isBlank()) {
            program("spec.code.path", handler.command().getFirst(), code, mistakes);
            if (!Files.isDirectory(code.resolve(handler.folder()))) {
                mistakes.add(Mistake.at(
                        "spec.code.path",
                        handler.folder(),
                        "host.json: customHandler.description.workingDirectory is no folder of the app"));
            }
        }
    }

    private static void program(String field, String program, Path code, List<Mistake> mistakes) {
        Path own = code.resolve(program);
        if (Files.isRegularFile(own)) {
            if (!Files.isExecutable(own)) {
                mistakes.add(Mistake.at(field, program, "the handler is not executable: chmod +x " + own));
            }
        } else if (program.contains("/") || !installed(program)) {
            mistakes.add(Mistake.at(
                    field,
                    program,
                    "there is no such program in the code's folder, and none is installed on the PATH that Weft sees"));
        }
    }

    private static boolean installed(String program) {
        String own = System.getenv().getOrDefault("PATH", "");
        for (String folder : (own + ':' + USUAL_PATH).split(":", -1)) {
            if (folder.startsWith("/") && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
