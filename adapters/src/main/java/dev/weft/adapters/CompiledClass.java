// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** A class of a function in Java as it lies in the function's folder or jar: read, never loaded. */
public final class CompiledClass {
    private static final int VERSION_BEFORE_JAVA_1 = 44;
    private static final int BYTES_MIN = 24;

    private final String type;
    private final byte[] bytes;

    private CompiledClass(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    /** The first on the class path of {@code code}; null where there is none. */
    public static @Nullable CompiledClass find(Path code, String type) throws IOException {
        byte[] bytes = bytes(code, type.replace('.', '/') + ".class");
        return bytes == null ? null : new CompiledClass(type, bytes);
    }

    private static byte @Nullable [] bytes(Path code, String name) throws IOException {
        Path file = code.resolve(name);
        if (Files.isRegularFile(file)) {
            return Files.readAllBytes(file);
        }
        for (Path jar : jars(code)) {
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

    /** The jars beside the classes and in {@code lib}, in the order of the class path; or the one that the code is. */
    public static List<Path> jars(Path code) {
        if (Files.isRegularFile(code)) {
            return List.of(code);
        }
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

    /** The Java that it is compiled for; what is no class file is of an old one. */
    public int release() {
        // bytes 6 and 7 of every class file; the parser refuses those of the future without a word of ours
        return bytes.length < BYTES_MIN ? 0 : ((bytes[6] & 0xff) << 8 | (bytes[7] & 0xff)) - VERSION_BEFORE_JAVA_1;
    }

    /** Why functions can't run it here; null where they can. */
    public @Nullable String tooNew() {
        int here = Runtime.version().feature();
        return release() > here
                ? "class %s is compiled for Java %d, and functions run on Java %d here".formatted(type, release(), here)
                : null;
    }

    /** What is in it; an {@link IllegalArgumentException} where it is no class. */
    public ClassModel read() {
        return ClassFile.of().parse(bytes);
    }

    /** Whether another superclass than Object's may bring methods along. */
    public static boolean inherits(ClassModel model) {
        return model.superclass()
                .map(above -> !above.asInternalName().equals("java/lang/Object"))
                .orElse(false);
    }
}
