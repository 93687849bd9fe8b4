// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CallContext;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.resource.Function;
import dev.weft.net.Upstreams;
import dev.weft.testkit.HostTools;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FnHostTest {
    @TempDir
    Path folder;

    private Path code = Path.of("");
    private final Upstreams upstreams = new Upstreams();
    private @Nullable FnHost host;

    @BeforeEach
    void open() throws IOException {
        code = Files.createDirectories(folder.resolve("code"));
        host = new FnHost(upstreams, HostTools.in(folder.resolve("files")));
    }

    @AfterEach
    void close() {
        upstreams.close();
    }

    @Test
    void aFunctionForNodeNeedsItsFile() throws IOException {
        assertThat(mistakes("node", null))
                .containsExactly("spec.handler: there is no file func.js in the function's folder;"
                        + " name the one that calls fdk.handle");

        Files.writeString(code.resolve("func.js"), "");
        assertThat(mistakes("node", null)).isEmpty();
        assertThat(mistakes("node20", "app/other.mjs"))
                .containsExactly(
                        "spec.handler: 'app/other.mjs': there is no file app/other.mjs in the function's folder");
    }

    @Test
    void aHandlerOutsideOfTheFolderIsRefused() throws IOException {
        Files.writeString(folder.resolve("other.js"), "");

        assertThat(mistakes("node", "../other.js")).singleElement().asString().contains("below the function's folder");
        assertThat(mistakes("node", "func.handler")).singleElement().asString().contains("calls fdk.handle");
    }

    @Test
    void anUnknownRuntimeIsRefusedWithThoseThereAre() {
        assertThat(mistakes("python", null))
                .singleElement()
                .asString()
                .startsWith("spec.runtime: 'python'")
                .contains("node20")
                .contains("java21");
        assertThat(mistakes("node19", null)).singleElement().asString().startsWith("spec.runtime");
    }

    @Test
    void everyMistakeIsToldAtOnce() {
        SampleFunction function = SampleFunction.handler("greeter", Function.Contract.FN, "node", null)
                .memory("9Gi")
                .timeout(Duration.ofMinutes(6));

        assertThat(mistakes(function))
                .hasSize(3)
                .anyMatch(text -> text.startsWith("spec.handler"))
                .contains(
                        "spec.memory: '9216Mi': contract fn gives at most 8192Mi",
                        "spec.timeout: '360s': contract fn allows at most 300s");
    }

    @Test
    void theMostThatFnAllowsIsAllowed() throws IOException {
        Files.writeString(code.resolve("func.js"), "");
        SampleFunction function = SampleFunction.handler("greeter", Function.Contract.FN, "node", null)
                .memory("8Gi")
                .timeout(Duration.ofMinutes(5));

        assertThat(mistakes(function)).isEmpty();
    }

    @Test
    void aFunctionForJavaNeedsClassAndMethod() throws IOException {
        assertThat(mistakes("java", "com.example.Hello"))
                .singleElement()
                .asString()
                .contains("class and method");
        assertThat(mistakes("java", "com.example.Hello::handle"))
                .containsExactly("spec.handler: 'com.example.Hello::handle': there is no class com.example.Hello in the"
                        + " function's folder, its jars or lib/*.jar; is it compiled?");

        type(ClassFile.JAVA_21_VERSION);
        assertThat(mistakes("java21", "com.example.Hello::handle")).isEmpty();
        assertThat(mistakes("java21", "com.example.Hello::handles"))
                .containsExactly("spec.handler: 'com.example.Hello::handles': class com.example.Hello has no public"
                        + " method handles; it has [handle]");
    }

    @Test
    void aClassFromTheFutureIsRefused() throws IOException {
        type(ClassFile.JAVA_1_VERSION - 1 + Runtime.version().feature() + 1);

        assertThat(mistakes("java", "com.example.Hello::handle"))
                .singleElement()
                .asString()
                .contains("functions run on Java " + Runtime.version().feature() + " here");
    }

    @Test
    void whatIsNoClassFileIsRefused() throws IOException {
        Files.createDirectories(code.resolve("com/example"));
        Files.writeString(code.resolve("com/example/Hello.class"), "no class file");

        assertThat(mistakes("java", "com.example.Hello::handle"))
                .singleElement()
                .asString()
                .contains("can't be read");
    }

    @Test
    void aClassIsFoundInAJarBesideOrInLib() throws IOException {
        jar(code.resolve("hello.jar"), "com/example/Beside.class", bytes("com.example.Beside"));
        jar(code.resolve("lib/other.jar"), "com/example/Within.class", bytes("com.example.Within"));

        assertThat(mistakes("java", "com.example.Beside::handle")).isEmpty();
        assertThat(mistakes("java", "com.example.Within::handle")).isEmpty();
    }

    @Test
    void whatTheEngineEndedIsToldInFnsWordsAndItsOwn() {
        CallContext context =
                new CallContext("id-1", Trace.start(), 0, Instant.EPOCH.plusSeconds(1), CallContext.Caller.WEFT);

        assertThat(List.of(Outcome.Failure.Reason.values())).allSatisfy(reason -> {
            Outcome.Failure failure = host().ended(reason, context, "greeter: used more than 128 MiB", "last words");
            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure.type()).startsWith("FunctionInvoke");
            assertThat(failure.message()).endsWith(": greeter: used more than 128 MiB");
            assertThat(failure.logTail()).isEqualTo("last words");
            assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                    .startsWith("{\"code\":\"" + failure.type())
                    .doesNotContain("128 MiB");
        });
        assertThat(host().ended(Outcome.Failure.Reason.TIMEOUT, context, "x", "")
                        .type())
                .isEqualTo("FunctionInvokeTimeout");
        assertThat(host().ended(Outcome.Failure.Reason.CRASH, context, "x", "").type())
                .isEqualTo("FunctionInvokeExecutionError");
        assertThat(host().ended(Outcome.Failure.Reason.INIT, context, "x", "").message())
                .startsWith("Container failed to initialize");
    }

    private FnHost host() {
        FnHost opened = host;
        assertThat(opened).isNotNull();
        if (opened == null) {
            throw new AssertionError();
        }
        return opened;
    }

    private List<String> mistakes(String runtime, @Nullable String handler) {
        return mistakes(SampleFunction.handler("greeter", Function.Contract.FN, runtime, handler));
    }

    private List<String> mistakes(SampleFunction function) {
        return host().check(function.function(), code).stream()
                .map(Mistake::toString)
                .toList();
    }

    private void type(int version) throws IOException {
        Path file = code.resolve("com/example/Hello.class");
        Files.createDirectories(file.getParent());
        Files.write(file, bytes("com.example.Hello", version));
    }

    private static byte[] bytes(String name) {
        return bytes(name, ClassFile.JAVA_21_VERSION);
    }

    private static byte[] bytes(String name, int version) {
        return ClassFile.of().build(ClassDesc.of(name), type -> type.withVersion(version, 0)
                .withMethodBody(
                        "handle",
                        ConstantDescs.MTD_void,
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        body -> body.return_()));
    }

    private static void jar(Path file, String entry, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(bytes);
        }
    }
}
