// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaActionTest {
    private static final int ANY = 0;

    @TempDir
    private Path code;

    private void written(String type, String method, int flags, int release) throws IOException {
        JavaClasses.write(code, type, JavaClasses.echo(type, method, flags, release));
    }

    @Test
    void aClassIsFoundInTheFolderInAJarInItInItsLibAndAsTheJarItself() throws IOException {
        byte[] hello = JavaClasses.echo("shop.Hello", "main", JavaClasses.ACTION, 8);
        Map<String, byte[]> files = Map.of("shop/Hello.class", hello);
        for (String place : new String[] {"shop/Hello.class", "hello.jar", "lib/hello.jar"}) {
            Path folder = code.resolve("of-" + place.replace('/', '-'));
            if (place.endsWith(".jar")) {
                JavaClasses.jar(folder.resolve(place), files);
            } else {
                JavaClasses.write(folder, "shop.Hello", hello);
            }
            assertThat(JavaAction.lacks(folder, "shop.Hello", 8)).as(place).isNull();
        }
        assertThat(JavaAction.lacks(JavaClasses.jar(code.resolve("one.jar"), files), "shop.Hello", 8))
                .isNull();
        assertThat(JavaAction.lacks(code, "shop.Other", 8)).contains("no class shop.Other", "compiled?");
    }

    @Test
    void anotherMethodFollowsAMark() throws IOException {
        written("shop.Hello", "greet", JavaClasses.ACTION, 8);

        assertThat(JavaAction.lacks(code, "shop.Hello#greet", 8)).isNull();
        assertThat(JavaAction.lacks(code, "shop.Hello", 8))
                .isEqualTo("class shop.Hello has no method public static JsonObject main(JsonObject), of"
                        + " com.google.gson");
    }

    @Test
    void aMethodThatIsNotStaticOrNotPublicIsNone() throws IOException {
        written("One", "main", ClassFile.ACC_PUBLIC, 8);
        written("Two", "main", ClassFile.ACC_STATIC, 8);

        assertThat(JavaAction.lacks(code, "One", 8)).contains("no method public static");
        assertThat(JavaAction.lacks(code, "Two", 8)).contains("no method public static");
    }

    @ParameterizedTest
    @CsvSource({"8,8,true", "8,17,true", "17,8,false", "21,17,false", "21,0,true", "25,21,false"})
    void aClassRunsOnItsKindsJavaOnly(int release, int kind, boolean runs) throws IOException {
        written("shop.Hello", "main", JavaClasses.ACTION, release);

        String lacks = JavaAction.lacks(code, "shop.Hello", kind);

        assertThat(lacks == null).as(lacks).isEqualTo(runs);
        if (!runs) {
            assertThat(lacks).contains("compiled for Java " + release, "java:" + kind);
        }
    }

    @Test
    void whatIsNoClassOrOfAFutureJavaIsSaid() throws IOException {
        Files.writeString(code.resolve("Broken.class"), "no such code, and long enough to be one");
        written("Future", "main", JavaClasses.ACTION, Runtime.version().feature() + 1);

        assertThat(JavaAction.lacks(code, "Broken", ANY)).startsWith("class Broken ");
        assertThat(JavaAction.lacks(code, "Future", ANY)).contains("functions run on Java");
    }
}
