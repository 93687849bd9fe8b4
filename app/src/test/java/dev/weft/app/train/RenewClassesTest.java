// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewClassesTest {
    private static final String NAME = "Sign";

    @TempDir
    Path folder;

    @Test
    void anOldClassDoesTheSameInANewFormat() throws Exception {
        Path jar = jar(ClassFile.JAVA_5_VERSION);
        assertThat(RenewClasses.renew(jar)).isEqualTo(1);
        assertThat(version(jar)).isEqualTo(ClassFile.JAVA_17_VERSION);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            Class<?> renewed = loader.loadClass(NAME);
            assertThat(renewed.getMethod("of", int.class).invoke(null, -5)).isEqualTo(-1);
            assertThat(renewed.getMethod("of", int.class).invoke(null, 5)).isEqualTo(1);
        }
        try (JarFile in = new JarFile(jar.toFile())) {
            assertThat(in.getInputStream(in.getEntry("words.txt")).readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("as they were");
        }
    }

    @Test
    void aClassThatIsNewEnoughStaysAsItIs() throws IOException {
        Path jar = jar(ClassFile.JAVA_8_VERSION);
        assertThat(RenewClasses.renew(jar)).isZero();
        assertThat(version(jar)).isEqualTo(ClassFile.JAVA_8_VERSION);
    }

    @Test
    void whatIsNoJarStaysAsItIs() throws IOException {
        Path none = Files.writeString(folder.resolve("none.jar"), "none");
        assertThatThrownBy(() -> RenewClasses.renew(none)).isInstanceOf(IOException.class);
        assertThat(none).hasContent("none");
    }

    /** A method with a branch, which newer classes may not have without frames. */
    private Path jar(int version) throws IOException {
        StackMapsOption frames = version < ClassFile.JAVA_6_VERSION
                ? StackMapsOption.DROP_STACK_MAPS
                : StackMapsOption.GENERATE_STACK_MAPS;
        byte[] bytes = ClassFile.of(frames).build(ClassDesc.of(NAME), sign -> sign.withVersion(version, 0)
                .withFlags(AccessFlag.PUBLIC)
                .withMethodBody(
                        "of",
                        MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int),
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        code -> code.iload(0)
                                .ifThenElse(
                                        java.lang.classfile.Opcode.IFLT,
                                        below -> below.iconst_m1().ireturn(),
                                        above -> above.iconst_1().ireturn())));
        Path jar = folder.resolve("old.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(NAME + ".class"));
            out.write(bytes);
            out.putNextEntry(new JarEntry("words.txt"));
            out.write("as they were".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private static int version(Path jar) throws IOException {
        try (JarFile in = new JarFile(jar.toFile())) {
            return ClassFile.of()
                    .parse(in.getInputStream(in.getEntry(NAME + ".class")).readAllBytes())
                    .majorVersion();
        }
    }
}
