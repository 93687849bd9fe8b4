// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Upstreams;
import dev.weft.testkit.Copy;
import dev.weft.testkit.HostTools;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoogleHostTest {
    private static final String API = "com.google.cloud.functions.";

    @TempDir
    Path folder;

    private Path code;
    private Upstreams upstreams;
    private ContractHost host;

    @BeforeEach
    void open() throws IOException {
        code = Files.createDirectories(folder.resolve("code"));
        upstreams = new Upstreams();
        host = new GoogleHost(upstreams, HostTools.in(folder.resolve("host")));
    }

    @AfterEach
    void close() {
        host.close();
        upstreams.close();
    }

    @Test
    void aFunctionOfEachLanguageHasNoMistakes() throws IOException {
        write("index.js", "exports.greet = () => {};");
        write("main.py", "def greet(request): return ''");
        assertThat(check("python39", "greet", Map.of("DEBUG", "0"))).isEmpty();
        assertThat(check("python314", "greet", Map.of("FUNCTION_SIGNATURE_TYPE", "typed")))
                .isEmpty();
        write("shop/Greet.class", implementing("shop.Greet", API + "HttpFunction"));

        assertThat(check("nodejs20", "greet", Map.of())).isEmpty();
        assertThat(check("java21", "shop.Greet", Map.of("FUNCTION_SIGNATURE_TYPE", "http")))
                .isEmpty();
    }

    @Test
    void everyMistakeIsToldAtOnce() {
        List<Mistake> mistakes =
                check("nodejs20", null, Map.of("PORT", "1", "FUNCTION_SIGNATURE_TYPE", "typed", "X_GOOGLE_A", "b"));

        assertThat(mistakes)
                .extracting(Mistake::field)
                .containsExactlyInAnyOrder(
                        "spec.handler",
                        "spec.code.path",
                        "spec.env.PORT",
                        "spec.env.X_GOOGLE_A",
                        "spec.env.FUNCTION_SIGNATURE_TYPE");
        assertThat(mistakes)
                .filteredOn(each -> each.field().endsWith("TYPE"))
                .extracting(Mistake::message)
                .containsExactly("must be one of http, cloudevent, event");
    }

    @Test
    void anUnknownRuntimeIsToldWithThoseThatRun() {
        assertThat(check("go122", "main", Map.of())).singleElement().satisfies(mistake -> assertThat(mistake.message())
                .contains("nodejs20", "python39", "java21"));
    }

    @Test
    void aFolderThatIsNotThereIsTold() {
        code = folder.resolve("nowhere");

        assertThat(check("nodejs20", "greet", Map.of()))
                .extracting(Mistake::field)
                .containsExactly("spec.code.path");
    }

    @Test
    void anEntryFileIsFoundWhereNodeFindsIt() throws IOException {
        write("package.json", "{\"main\": \"lib\"}");
        assertThat(check("nodejs20", "greet", Map.of())).singleElement().satisfies(mistake -> assertThat(
                        mistake.message())
                .contains("names lib as its main file, which is not there"));

        write("lib/index.js", "");
        assertThat(check("nodejs20", "greet", Map.of())).isEmpty();
    }

    @Test
    void aManifestThatIsNoJsonIsTold() throws IOException {
        write("package.json", "{main: index.js}");

        assertThat(check("nodejs20", "greet", Map.of()))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).startsWith("package.json can't be read"));
    }

    @Test
    void aClassIsFoundInAJarInLibAndInsideAnotherClass() throws IOException {
        Path jar = Files.createDirectories(code.resolve("lib")).resolve("shop.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("shop/Outer$Greet.class"));
            out.write(implementing("shop.Outer$Greet", API + "HttpFunction"));
        }

        assertThat(check("java21", "shop.Outer.Greet", Map.of())).isEmpty();
        assertThat(check("java21", "shop.Greet", Map.of()))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("no such class"));
    }

    @Test
    void aClassThatImplementsNothingOfGooglesIsTold() throws IOException {
        write("shop/Greet.class", implementing("shop.Greet", "java.lang.Runnable"));

        assertThat(check("java21", "shop.Greet", Map.of()))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("CloudEventsFunction"));
    }

    @Test
    void whatAClassInheritsCountsAndTheVariableMustFitIt() throws IOException {
        write("shop/Watch.class", implementing("shop.Watch", "shop.Watcher"));
        write("shop/Watcher.class", implementing("shop.Watcher", API + "CloudEventsFunction"));

        assertThat(check("java21", "shop.Watch", Map.of("FUNCTION_SIGNATURE_TYPE", "cloudevent")))
                .isEmpty();
        assertThat(check("java21", "shop.Watch", Map.of("FUNCTION_SIGNATURE_TYPE", "http")))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("has the signature cloudevent"));
    }

    @Test
    void exchangesAreForHttpFunctionsOnly() throws IOException {
        write("index.js", "");
        write("shop/Greet.class", implementing("shop.Greet", API + "HttpFunction"));
        write("shop/Watch.class", implementing("shop.Watch", API + "CloudEventsFunction"));

        assertThat(takes("nodejs20", "greet", Map.of())).isTrue();
        assertThat(takes("nodejs20", "greet", Map.of("FUNCTION_SIGNATURE_TYPE", "cloudevent")))
                .isFalse();
        assertThat(takes("nodejs20", "greet", Map.of("FUNCTION_SIGNATURE_TYPE", "event")))
                .isFalse();
        assertThat(takes("java21", "shop.Greet", Map.of())).isTrue();
        assertThat(takes("java21", "shop.Watch", Map.of())).isFalse();
    }

    @Test
    void whatNodeCodeRegistersItselfIsSeenInItsText() throws IOException {
        write("index.js", "require('./lib/shop');");
        write("lib/shop.js", "functions.http('greet', f);\n(0, functions_1.cloudEvent)( \"watch\", g);");
        write("node_modules/x/index.js", "functions.cloudEvent('other', f);");

        assertThat(takes("nodejs20", "greet", Map.of())).isTrue();
        assertThat(takes("nodejs20", "watch", Map.of())).isFalse();
        assertThat(takes("nodejs20", "other", Map.of())).isTrue();
    }

    @Test
    void whatKeepsAPythonFunctionFromBeingFoundIsTold() throws IOException {
        assertThat(check("python312", "greet", Map.of())).singleElement().satisfies(mistake -> {
            assertThat(mistake.field()).isEqualTo("spec.code.path");
            assertThat(mistake.message()).contains("no file main.py", "GOOGLE_FUNCTION_SOURCE");
        });
        write("main.py", "def other(request): return ''");
        assertThat(check("python312", "greet", Map.of("DEBUG", "True")))
                .extracting(Mistake::field)
                .containsExactly("spec.handler", "spec.env.DEBUG");
        assertThat(check("python312", "shop.greet", Map.of()))
                .extracting(Mistake::field)
                .containsExactly("spec.handler");
        for (String outside : List.of("../main.py", "/etc/main.py", "main.txt", "no\0path.py")) {
            assertThat(check("python312", "other", Map.of("GOOGLE_FUNCTION_SOURCE", outside)))
                    .as(outside)
                    .extracting(Mistake::field)
                    .containsExactly("spec.env.GOOGLE_FUNCTION_SOURCE");
        }
    }

    @Test
    void aSourceFileIsNamedToBuildsThatTakeOne() throws IOException {
        write("index.js", "exports.greet = () => {};");
        write("shop/app.py", "def greet(request): return ''");

        assertThat(check("python312", "greet", Map.of("GOOGLE_FUNCTION_SOURCE", "shop/app.py")))
                .isEmpty();
        assertThat(check("nodejs20", "greet", Map.of("GOOGLE_FUNCTION_SOURCE", "index.js")))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("builds of Node.js"));
    }

    @Test
    void whatPythonCodeRegistersItselfIsSeenInItsText() throws IOException {
        write("main.py", """
                import functions_framework
                from shop import later
                @functions_framework.http
                def greet(request): return ''
                @functions_framework.cloud_event
                # who sells
                @traced
                def watch(event): pass
                @functions_framework.aio.cloud_event
                async def wait(event): pass
                @functions_framework.typed(dict)
                def polite(said): return said
                def plain(request): return '@functions_framework.cloud_event'
                """);
        write("shop.py", "from functions_framework import cloud_event\n@cloud_event\ndef later(event): pass\n");

        for (String exchanges : List.of("greet", "polite", "plain")) {
            assertThat(takes("python312", exchanges, Map.of())).as(exchanges).isTrue();
        }
        for (String events : List.of("watch", "wait", "later")) {
            assertThat(takes("python312", events, Map.of())).as(events).isFalse();
        }
        write("a.py", "#".repeat((int) PythonCode.SOURCE_BYTES_MAX));
        assertThat(takes("python312", "watch", Map.of())).isTrue(); // nobody has read as far
    }

    @Test
    void oneCallAtATimeOnlyWhereTheFunctionSaysSo() {
        SampleFunction sample = SampleFunction.handler("greeter", Function.Contract.GOOGLE_FUNCTIONS, "nodejs20", "a");

        assertThat(host.oneCallAtATime(sample.scale(1, 0, 1).function())).isTrue();
        assertThat(host.oneCallAtATime(sample.scale(2, 0, 1).function())).isFalse();
    }

    @Test
    void everyEndHasGooglesWordsAndTheEnginesOwn() {
        for (Outcome.Failure.Reason reason : Outcome.Failure.Reason.values()) {
            Outcome.Failure failure = GoogleFailure.of(reason, "limit 128 MiB", "tail");

            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure.message()).endsWith(". limit 128 MiB");
            assertThat(failure.type()).matches("http 50[034]");
            assertThat(failure.payload()).isNotEmpty();
            assertThat(failure.logTail()).isEqualTo("tail");
        }
        assertThat(GoogleFailure.of(Outcome.Failure.Reason.INIT, "x", "").message())
                .startsWith("Container failed to start");
    }

    private List<Mistake> check(String runtime, @Nullable String handler, Map<String, String> env) {
        return host.check(function(runtime, handler, env), code);
    }

    private boolean takes(String runtime, String handler, Map<String, String> env) {
        return host.takesExchanges(function(runtime, handler, env), code);
    }

    private static Function function(String runtime, @Nullable String handler, Map<String, String> env) {
        Function plain = SampleFunction.handler("greeter", Function.Contract.GOOGLE_FUNCTIONS, runtime, handler)
                .function();
        return Copy.withSpec(plain, "env", env);
    }

    private void write(String file, String text) throws IOException {
        write(file, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private void write(String file, byte[] bytes) throws IOException {
        Path path = code.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
    }

    private static byte[] implementing(String name, String implemented) {
        return ClassFile.of()
                .build(ClassDesc.of(name), builder -> builder.withInterfaceSymbols(ClassDesc.of(implemented)));
    }
}
