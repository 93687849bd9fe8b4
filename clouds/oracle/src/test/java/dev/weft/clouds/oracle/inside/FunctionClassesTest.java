// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionClassesTest {
    @TempDir
    Path folder;

    private Path code = Path.of("");

    @BeforeEach
    void code() throws IOException {
        code = Files.createDirectories(folder.resolve("code"));
    }

    @Test
    void aFunctionsOwnClassComesBeforeOneOfTheProcess() throws Exception {
        copy(FunctionMain.class, code);

        try (FunctionClasses classes = classes()) {
            Class<?> own = classes.loadClass(FunctionMain.class.getName());

            assertThat(own).isNotSameAs(FunctionMain.class);
            assertThat(own.getClassLoader()).isSameAs(classes);
            assertThat(classes.loadClass(FunctionMain.class.getName())).isSameAs(own);
        }
    }

    @Test
    void whatTheFunctionLacksComesFromTheProcess() throws Exception {
        try (FunctionClasses classes = classes()) {
            assertThat(classes.loadClass(FunctionMain.class.getName())).isSameAs(FunctionMain.class);
            assertThat(classes.loadClass("java.lang.String")).isSameAs(String.class);
        }
    }

    @Test
    void itsResourcesComeFirstToo() throws Exception {
        String shared = FunctionMain.class.getName().replace('.', '/') + ".class";
        Files.createDirectories(code.resolve(shared).getParent());
        Files.writeString(code.resolve(shared), "mine");

        try (FunctionClasses classes = classes()) {
            URL found = classes.getResource(shared);
            assertThat(found).isNotNull();
            try (InputStream in = classes.getResourceAsStream(shared)) {
                assertThat(in).isNotNull();
                assertThat(in == null ? new byte[0] : in.readAllBytes())
                        .isEqualTo("mine".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(Collections.list(classes.getResources(shared)))
                    .hasSize(2)
                    .first()
                    .isEqualTo(found);
        }
    }

    @Test
    void jarsAreTakenBesideTheClassesAndInLib() throws IOException {
        Files.createDirectories(code.resolve("lib/deeper"));
        for (String each : new String[] {"b.jar", "a.jar", "a.txt", "lib/c.jar", "lib/deeper/d.jar"}) {
            Files.writeString(code.resolve(each), "");
        }

        assertThat(FunctionClasses.jars(code))
                .containsExactly(code.resolve("a.jar"), code.resolve("b.jar"), code.resolve("lib/c.jar"));
    }

    private FunctionClasses classes() throws IOException {
        return FunctionClasses.of(
                folder.resolve("first.jar"), code, folder.resolve("runtime.jar"), FunctionMain.class.getClassLoader());
    }

    private static void copy(Class<?> type, Path to) throws IOException {
        String name = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
            Files.createDirectories(to.resolve(name).getParent());
            Files.copy(in, to.resolve(name));
        }
    }
}
