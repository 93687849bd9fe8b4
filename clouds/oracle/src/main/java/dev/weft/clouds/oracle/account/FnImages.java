// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a folder becomes the image that a Fn server or OCI runs. Both run images only, and what starts in one must speak the Fn
 * container contract: here the vendor's FDK does, which is in the folder (Node.js) or in the base image (Java).
 */
final class FnImages {
    private static final String NO_HANDLER = "func.js";
    private static final Path FDK = Path.of("node_modules", "@fnproject", "fdk");

    private FnImages() {}

    /** The packing of {@code function}, whose folder is {@code code}. */
    static Packed pack(Function function, Path code) {
        Function.Spec spec = function.spec();
        if (spec.contract() != Function.Contract.FN) {
            return Adapters.packing(function, code, Target.FN);
        }
        if (spec.code().image() != null) {
            return as(List.of());
        }
        String runtime = spec.runtime() == null ? "" : spec.runtime();
        if (runtime.matches("node(18|20|22|24)?")) {
            return node(spec, code);
        }
        if (runtime.matches("java(8|11|17|21|25)?")) {
            return java(spec);
        }
        if (runtime.equals("docker")) {
            return spec.command().isEmpty()
                    ? not("spec.command", null, "runtime docker needs the command that serves FN_LISTENER in the image")
                    : as(spec.command());
        }
        return not(
                "spec.runtime",
                spec.runtime(),
                "an image is made of a folder for node (node18, node20, node22, node24), java (java8, java11, java17,"
                        + " java21, java25) and, by spec.command, docker; for another language build the image and name it"
                        + " as code.image");
    }

    private static Packed node(Function.Spec spec, Path code) {
        String handler = spec.handler() == null ? NO_HANDLER : spec.handler();
        Path file = code.resolve(handler).normalize();
        if (!handler.matches(".+\\.(js|mjs|cjs)") || !file.startsWith(code.normalize()) || !Files.isRegularFile(file)) {
            return not(
                    "spec.handler",
                    spec.handler(),
                    "runtime node needs the file that calls fdk.handle, in the function's folder, for example "
                            + NO_HANDLER);
        }
        if (!Files.isDirectory(code.resolve(FDK))) {
            return not(
                    "spec.code.path",
                    spec.code().path(),
                    "the image is made of the folder as it is, and there is no " + FDK
                            + " in it: run npm install @fnproject/fdk there");
        }
        return as(List.of("node", handler));
    }

    private static Packed java(Function.Spec spec) {
        String handler = spec.handler() == null ? "" : spec.handler();
        if (!handler.matches("[\\p{L}_$][\\p{L}\\p{N}_$.]*::[\\p{L}_$][\\p{L}\\p{N}_$]*")) {
            return not(
                    "spec.handler",
                    spec.handler(),
                    "runtime java needs class and method, for example com.example.fn.HelloFunction::handleRequest");
        }
        // as the FDK's own images start it: they hold the FDK and its native library in /function/runtime
        return as(List.of(
                "java",
                "-Djava.library.path=/function/runtime/lib",
                "-cp",
                ".:*:lib/*:/function/runtime/*",
                "com.fnproject.fn.runtime.EntryPoint",
                handler));
    }

    private static Packed as(List<String> command) {
        return new Packed.As(new Packing(Packing.Form.IMAGE, "", Map.of(), command, Map.of(), "", ""));
    }

    private static Packed not(String field, @org.jspecify.annotations.Nullable String value, String message) {
        return new Packed.Not(List.of(Mistake.at(field, value, message)));
    }
}
