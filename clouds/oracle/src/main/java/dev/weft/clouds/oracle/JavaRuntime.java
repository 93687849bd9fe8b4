// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.adapters.CompiledClass;
import dev.weft.adapters.front.Front;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import dev.weft.clouds.oracle.inside.FunctionMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Java with the FDK's runtime from Maven Central. The handler is the entry point of a Fn image: class and method.
 *
 * @param least version that was asked for; 0 for any
 */
record JavaRuntime(int least) implements FnRuntime {
    private static final Pattern HANDLER =
            Pattern.compile("([\\p{L}_$][\\p{L}\\p{N}_$.]*)::([\\p{L}_$][\\p{L}\\p{N}_$]*)");

    /** Its first version that a JDK of today still compiles for. */
    private static final int OLDEST = 8;

    @Override
    public List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
        List<Mistake> mistakes = new ArrayList<>();
        Mistake missing = languages.missing(
                ContractHost.Language.JAVA,
                Math.max(least, OLDEST),
                "spec.runtime",
                function.spec().runtime());
        if (missing != null) {
            mistakes.add(missing);
        }
        String handler = function.spec().handler();
        Matcher names = HANDLER.matcher(handler == null ? "" : handler);
        String wrong;
        if (!names.matches()) {
            wrong = "runtime java needs class and method, for example com.example.fn.HelloFunction::handleRequest";
        } else {
            wrong = wrong(code, names.group(1), names.group(2));
        }
        if (wrong != null) {
            mistakes.add(Mistake.at("spec.handler", handler, wrong));
        }
        return mistakes;
    }

    private static @Nullable String wrong(Path code, String type, String method) {
        try {
            CompiledClass found = CompiledClass.find(code, type);
            if (found == null) {
                return "there is no class %s in the function's folder, its jars or lib/*.jar; is it compiled?"
                        .formatted(type);
            }
            String tooNew = found.tooNew();
            return tooNew != null ? tooNew : noMethod(found.read(), type, method);
        } catch (IOException | IllegalArgumentException unreadable) {
            return "class %s can't be read: %s".formatted(type, unreadable.getMessage());
        }
    }

    private static @Nullable String noMethod(ClassModel model, String type, String method) {
        TreeSet<String> has = model.methods().stream()
                .filter(each -> each.flags().has(java.lang.reflect.AccessFlag.PUBLIC))
                .map(each -> each.methodName().stringValue())
                .filter(name -> !name.startsWith("<"))
                .collect(Collectors.toCollection(TreeSet::new));
        // the FDK will look there too
        return has.contains(method) || CompiledClass.inherits(model)
                ? null
                : "class %s has no public method %s; it has %s".formatted(type, method, has);
    }

    @Override
    public void prepare(ContractHost.Libraries libraries) {
        Path ignored = library(libraries);
    }

    private static Path library(ContractHost.Libraries libraries) {
        return libraries.maven("fn-java", HostFiles.text(FnHost.class, "fn-java.lock"));
    }

    @Override
    public ContractHost.Program program(ContractHost.Tools tools, ContractHost.Files files) {
        Path library = library(tools.libraries());
        // ours first: it brings the class that the FDK's published jar has only by half
        List<Path> classpath = new ArrayList<>(
                List.of(files.share(HostFiles.classes(Front.class)), files.share(HostFiles.classes(FnHost.class))));
        Path inside = files.share(library).resolve("jars");
        try (Stream<Path> jars = Files.list(library.resolve("jars"))) {
            jars.map(jar -> inside.resolve(jar.getFileName().toString()))
                    .sorted()
                    .forEach(classpath::add);
        } catch (IOException gone) {
            throw new UncheckedIOException("library can't be read: " + library, gone);
        }
        return new ContractHost.Program.Java(classpath, FunctionMain.class.getName(), List.of());
    }

    @Override
    public Map<String, String> handler(Function function, Path code) {
        String handler = function.spec().handler();
        return Map.of("WEFT_CODE", code.toString(), "WEFT_HANDLER", handler == null ? "" : handler);
    }
}
