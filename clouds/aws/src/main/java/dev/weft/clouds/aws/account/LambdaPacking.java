// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.clouds.aws.contract.LambdaRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How code becomes what Lambda runs. */
final class LambdaPacking {
    /** Lambda's runtimes that Weft itself does not run: it can't look into their code, so only Lambda tells whether it starts. */
    private static final Pattern UNCHECKED =
            Pattern.compile("provided\\.al2|provided\\.al2023|java8\\.al2|dotnet(8|10)|ruby3\\.[2-4]");

    private LambdaPacking() {}

    /** By the function's contract. */
    static Packed of(Function function, Path code) {
        return switch (function.spec().contract()) {
            case AWS_LAMBDA -> own(function, code);
            case AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, OPENWHISK, FN, ALIBABA_FC, HTTP, CLOUDEVENTS ->
                Adapters.packing(function, code, Target.AWS);
        };
    }

    private static Packed own(Function function, Path code) {
        Function.Spec spec = function.spec();
        if (spec.code().image() != null) {
            return new Packed.As(new Packing(Packing.Form.IMAGE, "", Map.of(), List.of(), Map.of(), "", ""));
        }
        Packing.Form form = spec.code().jar() == null ? Packing.Form.ZIP : Packing.Form.JAR;
        String runtime = spec.runtime() == null ? "" : spec.runtime();
        String handler = spec.handler() == null ? "" : spec.handler();
        if (UNCHECKED.matcher(runtime).matches()) {
            return handler.isEmpty()
                    ? not("spec.handler", null, "Lambda needs a handler with runtime " + runtime)
                    : new Packed.As(Packing.own(form, handler, runtime));
        }
        List<Mistake> mistakes = new ArrayList<>(LambdaRuntime.check(function, code, (a, b, c, d) -> null));
        LambdaRuntime known = LambdaRuntime.of(runtime);
        if (known != null && runtime.startsWith("java") && form == Packing.Form.ZIP) {
            strayJar(code, mistakes);
        }
        return known == null || !mistakes.isEmpty()
                ? new Packed.Not(mistakes)
                : new Packed.As(Packing.own(form, handler, known.id()));
    }

    /** Lambda's class path is the package's root and the jars in lib; the engine is more lenient. */
    private static void strayJar(Path code, List<Mistake> mistakes) {
        if (!Files.isDirectory(code)) {
            return;
        }
        try (Stream<Path> files = Files.list(code)) {
            files.map(each -> String.valueOf(each.getFileName()))
                    .filter(each -> each.endsWith(".jar"))
                    .sorted()
                    .findFirst()
                    .ifPresent(jar -> mistakes.add(Mistake.at(
                            "spec.code.path",
                            jar,
                            "Lambda finds jars in folder lib only: move it there, or use code.jar")));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Packed not(String field, @org.jspecify.annotations.Nullable String value, String message) {
        return new Packed.Not(List.of(Mistake.at(field, value, message)));
    }
}
