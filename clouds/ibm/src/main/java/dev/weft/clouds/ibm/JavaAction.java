// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The code of an action in Java: a folder with classes, jars beside them and in its {@code lib}, or one jar. Nothing is loaded. */
final class JavaAction {
    /** A class and, after a mark, its method. */
    static final String HANDLER =
            "[\\p{L}_$][\\p{L}\\p{N}_$]*(?:\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*(?:#[\\p{L}_$][\\p{L}\\p{N}_$]*)?";

    static final String RULE =
            "must be a class, for example com.example.Hello, or com.example.Hello#greet where its method is not called main";

    private static final String DESCRIPTOR = "(Lcom/google/gson/JsonObject;)Lcom/google/gson/JsonObject;";
    private static final int CLASS_FILE_VERSION_BEFORE_JAVA_1 = 44;
    private static final int CLASS_FILE_BYTES_MIN = 24;

    private JavaAction() {}

    /**
     * Why {@code main} can't be called; null where it can.
     *
     * @param kind the Java that OpenWhisk would run it on; 0 where the document leaves that to it
     */
    static @Nullable String lacks(Path code, String main, int kind) {
        int mark = main.indexOf('#');
        String type = mark < 0 ? main : main.substring(0, mark);
        try {
            byte[] bytes = bytes(code, type.replace('.', '/') + ".class");
            if (bytes == null) {
                return "there is no class %s in the function's folder, in a jar in it or in its lib; is it compiled?"
                        .formatted(type);
            }
            // bytes 6 and 7 of every class file; the parser refuses those of the future without a word of ours
            int release = bytes.length < CLASS_FILE_BYTES_MIN
                    ? 0
                    : ((bytes[6] & 0xff) << 8 | (bytes[7] & 0xff)) - CLASS_FILE_VERSION_BEFORE_JAVA_1;
            if (kind > 0 && release > kind) {
                return "class %s is compiled for Java %d, and kind java:%d runs Java %d"
                        .formatted(type, release, kind, kind);
            }
            if (release > Runtime.version().feature()) {
                return "class %s is compiled for Java %d, and functions run on Java %d here"
                        .formatted(type, release, Runtime.version().feature());
            }
            return noMethod(
                    ClassFile.of().parse(bytes), type, mark < 0 ? ActionRuntime.MAIN : main.substring(mark + 1));
        } catch (IOException | IllegalArgumentException unreadable) {
            return "class %s can't be read: %s".formatted(type, unreadable.getMessage());
        }
    }

    private static @Nullable String noMethod(ClassModel model, String type, String method) {
        boolean there = model.methods().stream()
                .anyMatch(each -> each.methodName().equalsString(method)
                        && each.methodType().equalsString(DESCRIPTOR)
                        && each.flags().has(AccessFlag.PUBLIC)
                        && each.flags().has(AccessFlag.STATIC));
        // another superclass may bring the method along; OpenWhisk's runtime will look there
        boolean plain = model.superclass()
                .map(above -> above.asInternalName().equals("java/lang/Object"))
                .orElse(true);
        return there || !plain
                ? null
                : "class %s has no method public static JsonObject %s(JsonObject), of com.google.gson"
                        .formatted(type, method);
    }

    private static byte @Nullable [] bytes(Path code, String name) throws IOException {
        Path file = code.resolve(name);
        if (Files.isRegularFile(file)) {
            return Files.readAllBytes(file);
        }
        for (Path jar : Files.isRegularFile(code) ? List.of(code) : jars(code)) {
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

    /** The jars beside the classes and in {@code lib}, in the order of the class path. */
    static List<Path> jars(Path code) {
        List<Path> jars = new ArrayList<>();
        for (Path folder : List.of(code, code.resolve("lib"))) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(file -> file.toString().endsWith(".jar"))
                            .filter(Files::isRegularFile)
                            .sorted()
                            .forEach(jars::add);
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
        }
        return jars;
    }
}
