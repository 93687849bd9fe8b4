// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Build step, before training: writes the classes of a jar anew in a format that the JVM's start-up cache takes. It takes
 * none from before Java 6, and picocli's are older; parsed and verified at each start, they cost every command a third of its
 * time. What the classes do stays as it is.
 */
public final class RenewClasses {
    /** A class whose code carries the frames that a verifier needs. */
    private static final int FRAMES_SINCE = ClassFile.JAVA_6_VERSION;

    private static final int RENEWED = ClassFile.JAVA_17_VERSION;
    private static final String NOTE = "META-INF/RENEWED";

    private RenewClasses() {}

    /** Renews the jars that are named. */
    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            renew(Path.of(jar));
        }
    }

    /** Puts the renewed jar in the place of {@code jar}; how many classes were too old. */
    static int renew(Path jar) throws IOException {
        Path next = Path.of(jar + ".renewed");
        int renewed = 0;
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                JarFile in = new JarFile(jar.toFile());
                OutputStream file = Files.newOutputStream(next);
                JarOutputStream out = new JarOutputStream(file)) {
            ClassFile classes = ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofClassLoading(loader)));
            for (JarEntry entry : Collections.list(in.entries())) {
                byte[] bytes = bytes(in, entry);
                ClassModel old = isClass(entry.getName()) ? classes.parse(bytes) : null;
                if (old != null && old.majorVersion() < FRAMES_SINCE) {
                    bytes = renewed(classes, old);
                    renewed++;
                }
                put(out, entry.getName(), bytes);
            }
            String says = renewed + " classes have been written anew by Weft's build as format " + RENEWED + "\n";
            put(out, NOTE, says.getBytes(StandardCharsets.UTF_8));
        }
        Files.move(next, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return renewed;
    }

    private static byte[] bytes(JarFile in, JarEntry entry) throws IOException {
        try (InputStream content = in.getInputStream(entry)) {
            return content.readAllBytes();
        }
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class") && !name.endsWith("module-info.class");
    }

    private static byte[] renewed(ClassFile classes, ClassModel old) {
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(RENEWED, 0);
            } else {
                builder.with(element);
            }
        };
        // code that is not taken apart would be copied without frames
        ClassTransform code = ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
        byte[] bytes = classes.transformClass(old, version.andThen(code));
        List<VerifyError> errors = classes.verify(bytes);
        if (!errors.isEmpty()) {
            throw new IllegalStateException("a renewed class can't be verified", errors.getFirst());
        }
        return bytes;
    }

    private static void put(JarOutputStream out, String name, byte[] bytes) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTime(0);
        out.putNextEntry(entry);
        out.write(bytes);
        out.closeEntry();
    }
}
