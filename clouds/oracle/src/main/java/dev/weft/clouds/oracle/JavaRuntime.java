// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.adapters.front.Front;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import dev.weft.clouds.oracle.inside.FunctionClasses;
import dev.weft.clouds.oracle.inside.FunctionMain;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Java with the FDK's runtime from Maven Central. The handler is the entry point of a Fn image: class and method.
 *
 * @param least version that was asked for; 0 for any
 */
record JavaRuntime(int least) implements FnRuntime {
    private static final Pattern HANDLER =
            Pattern.compile("([\\p{L}_$][\\p{L}\\p{N}_$.]*)::([\\p{L}_$][\\p{L}\\p{N}_$]*)");
    private static final int CLASS_FILE_VERSION_BEFORE_JAVA_1 = 44;
    private static final int CLASS_FILE_BYTES_MIN = 24;

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
            byte[] bytes = bytes(code, type.replace('.', '/') + ".class");
            if (bytes == null) {
                return "there is no class %s in the function's folder, its jars or lib/*.jar; is it compiled?"
                        .formatted(type);
            }
            // bytes 6 and 7 of every class file; the parser refuses those of the future without a word of ours
            int release = bytes.length < CLASS_FILE_BYTES_MIN
                    ? 0
                    : ((bytes[6] & 0xff) << 8 | (bytes[7] & 0xff)) - CLASS_FILE_VERSION_BEFORE_JAVA_1;
            if (release > Runtime.version().feature()) {
                return "class %s is compiled for Java %d, and functions run on Java %d here"
                        .formatted(type, release, Runtime.version().feature());
            }
            return noMethod(ClassFile.of().parse(bytes), type, method);
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
        // another superclass may bring the method along; the FDK will look there
        boolean plain = model.superclass()
                .map(above -> above.asInternalName().equals("java/lang/Object"))
                .orElse(true);
        return has.contains(method) || !plain
                ? null
                : "class %s has no public method %s; it has %s".formatted(type, method, has);
    }

    private static byte @Nullable [] bytes(Path code, String name) throws IOException {
        Path file = code.resolve(name);
        if (Files.isRegularFile(file)) {
            return Files.readAllBytes(file);
        }
        for (Path jar : FunctionClasses.jars(code)) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                ZipEntry entry = zip.getEntry(name);
                if (entry != null) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        return in.readAllBytes();
                    }
                }
            }
        }
        return null;
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
