// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.testkit.HostTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LambdaRuntimeTest {
    @TempDir
    private Path code;

    @ParameterizedTest
    @CsvSource({
        "nodejs20, nodejs20.x, 20",
        "nodejs24.x, nodejs24.x, 24",
        "python3.9, python3.9, 9",
        "python3.14, python3.14, 14",
        "java11, java11, 11",
        "java25, java25, 25"
    })
    void aRuntimeIsSpeltAsLambdaSpellsIt(String name, String id, int version) {
        LambdaRuntime runtime = LambdaRuntime.of(name);
        assertThat(runtime).isNotNull();
        assertThat(runtime == null ? "" : runtime.id()).isEqualTo(id);
        assertThat(runtime == null ? 0 : runtime.version()).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({"nodejs12", "python3.8", "python2.7", "java8.al2", "java8", "ruby3.4", "provided.al2023"})
    void aRuntimeThatIsNotRunHereIsNamed(String name) {
        assertThat(check(name, "index.handler")).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("spec.runtime");
            assertThat(mistake.message())
                    .contains("nodejs18")
                    .contains("python3.14")
                    .contains("java25");
        });
    }

    @Test
    void aNodeHandlersFileMustBeThere() {
        file("src/app.cjs");
        assertThat(check("nodejs20", "src/app.handler")).isEmpty();
        assertThat(check("nodejs20", "src/app.deep.handler")).isEmpty();
        assertThat(message("nodejs20", "app.handler")).contains("no file app.js");
        assertThat(message("nodejs20", "app")).contains("index.handler");
        assertThat(message("nodejs20", "../app.handler")).contains("index.handler");
        assertThat(message("nodejs20", null)).contains("index.handler");
    }

    @Test
    void aPythonHandlersModuleMustBeThere() {
        file("app.py");
        file("pkg/deep.py");
        file("whole/__init__.py");
        file("fast.cpython-311-x86_64-linux-gnu.so");
        assertThat(check("python3.12", "app.handler")).isEmpty();
        assertThat(check("python3.12", "pkg.deep.handler")).isEmpty();
        assertThat(check("python3.12", "pkg/deep.handler")).isEmpty();
        assertThat(check("python3.12", "whole.handler")).isEmpty();
        assertThat(check("python3.12", "fast.handler")).isEmpty();
        assertThat(message("python3.12", "pkg.gone.handler")).contains("no file pkg/gone.py");
        assertThat(message("python3.12", "app")).contains("module.function");
        assertThat(message("python3.12", "")).contains("module.function");
    }

    @Test
    void aJavaHandlersClassMustBeThere() {
        file("shop/Greeter.class");
        jar("app.jar", "shop/InJar.class");
        jar("lib/other.jar", "shop/InLib.class");
        assertThat(check("java21", "shop.Greeter::handleRequest")).isEmpty();
        assertThat(check("java21", "shop.Greeter")).isEmpty();
        assertThat(check("java21", "shop.InJar::handle")).isEmpty();
        assertThat(check("java21", "shop.InLib")).isEmpty();
        assertThat(message("java21", "shop.Gone::handle")).contains("no class shop.Gone");
        assertThat(message("java21", "shop.Greeter#handle")).contains("package.Class::method");
    }

    @Test
    void aJarThatCannotBeReadIsGivenTheBenefitOfTheDoubt() {
        file("odd.jar");
        assertThat(check("java21", "shop.Gone::handle")).isEmpty();
    }

    private String message(String runtime, @org.jspecify.annotations.Nullable String handler) {
        List<Mistake> mistakes = check(runtime, handler);
        assertThat(mistakes).singleElement().extracting(Mistake::field).isEqualTo("spec.handler");
        return mistakes.getFirst().message();
    }

    private List<Mistake> check(String runtime, @org.jspecify.annotations.Nullable String handler) {
        return LambdaRuntime.check(
                dev.weft.testkit.SampleFunction.handler(
                                "checkout", dev.weft.api.resource.Function.Contract.AWS_LAMBDA, runtime, handler)
                        .function(),
                code,
                HostTools.in(code).languages());
    }

    private void file(String name) {
        try {
            Path file = code.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private void jar(String name, String entry) {
        file(name);
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(code.resolve(name)))) {
            jar.putNextEntry(new ZipEntry(entry));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
