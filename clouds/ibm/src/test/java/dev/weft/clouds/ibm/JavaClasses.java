// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Compiled classes for tests, of any Java. */
public final class JavaClasses {
    /** Static ones of an action. */
    public static final int ACTION = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;

    private static final ClassDesc JSON = ClassDesc.of("com.google.gson.JsonObject");
    private static final int CLASS_FILE_VERSION_BEFORE_JAVA_1 = 44;

    private JavaClasses() {}

    /** A class whose method takes parameters and returns them. */
    public static byte[] echo(String type, String method, int flags, int release) {
        return ClassFile.of()
                .build(ClassDesc.of(type), made -> made.withVersion(release + CLASS_FILE_VERSION_BEFORE_JAVA_1, 0)
                        .withFlags(ClassFile.ACC_PUBLIC)
                        .withMethodBody(method, MethodTypeDesc.of(JSON, JSON), flags, code -> code.aload(
                                        (flags & ClassFile.ACC_STATIC) == 0 ? 1 : 0)
                                .areturn()));
    }

    /** A class whose main returns what {@code other}'s method main does. */
    public static byte[] asking(String type, String other, int release) {
        return ClassFile.of()
                .build(ClassDesc.of(type), made -> made.withVersion(release + CLASS_FILE_VERSION_BEFORE_JAVA_1, 0)
                        .withFlags(ClassFile.ACC_PUBLIC)
                        .withMethodBody("main", MethodTypeDesc.of(JSON, JSON), ACTION, code -> code.aload(0)
                                .invokestatic(ClassDesc.of(other), "main", MethodTypeDesc.of(JSON, JSON))
                                .areturn()));
    }

    /** Writes it where a compiler would. */
    public static void write(Path folder, String type, byte[] bytes) throws IOException {
        Path file = folder.resolve(type.replace('.', '/') + ".class");
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /** A jar of files. */
    public static Path jar(Path jar, Map<String, byte[]> files) throws IOException {
        Files.createDirectories(jar.getParent());
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                out.putNextEntry(new ZipEntry(each.getKey()));
                out.write(each.getValue());
            }
        }
        return jar;
    }
}
