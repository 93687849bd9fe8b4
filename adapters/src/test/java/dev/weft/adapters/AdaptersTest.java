// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdaptersTest {
    /** Of a class file. */
    private static final int JAVA_17 = 61;

    @TempDir
    Path code;

    @ParameterizedTest
    @CsvSource({
        "AWS_LAMBDA, java21, a.B::c, KNATIVE, spec.handler: no class a.B in the function's folder",
        "AWS_LAMBDA, nodejs20, other.handler, GOOGLE, spec.handler: for example index.handler",
        "AWS_LAMBDA, ruby3.4, app.handler, KNATIVE, spec.runtime: Node.js runs on Azure Functions",
        "GOOGLE_FUNCTIONS, nodejs20, greet, AWS, spec.code.path: npm install @google-cloud/functions-framework",
        "GOOGLE_FUNCTIONS, python312, greet, AWS, spec.code.path: pip install --target . functions-framework",
        "GOOGLE_FUNCTIONS, java21, shop.Greeter, AWS, spec.code.path: java-function-invoker",
        "FN, node20, func.js, AWS, spec.code.path: npm install @fnproject/fdk",
        "FN, java21, shop.Greeter::call, AWS, spec.code.path: com.fnproject.fn:runtime",
        "ALIBABA_FC, nodejs20, index.handler, AWS, spec.runtime: does not run this code",
        "AZURE_FUNCTIONS, custom, greet, AWS, spec.code.path: enableForwardingHttpRequest",
        "AZURE_FUNCTIONS, node20, greet, AWS, spec.runtime: does not run this code",
        "OPENWHISK, java:8, Main, AWS, spec.handler: no class Main in the function's folder",
        "OPENWHISK, java:8, shop.Greeter::call, AWS, spec.handler: needs package.Class#method",
        "OPENWHISK, java:8, , AWS, spec.handler: needs package.Class#method",
        "OPENWHISK, go:1.27, shop.Greeter, AWS, spec.runtime: does not run this code",
        "HTTP, , , AWS, spec.command: started by node, python3 or java"
    })
    void whatCantRunIsRefusedInTheUsersWords(
            Function.Contract contract, @Nullable String runtime, @Nullable String handler, Target target, String said)
            throws IOException {
        Files.writeString(code.resolve("index.mjs"), "");
        Files.writeString(code.resolve("app.py"), "");
        Files.createDirectories(code.resolve("shop"));
        Files.writeString(code.resolve("shop/Greeter.class"), "");
        Packed packed = Adapters.packing(
                SampleFunction.handler("f", contract, runtime, handler).function(), code, target);
        assertThat(packed).isInstanceOfSatisfying(Packed.Not.class, not -> assertThat(not.mistakes())
                .singleElement()
                .extracting(each -> each.field() + ": " + each.message())
                .asString()
                .startsWith(said.substring(0, said.indexOf(':')))
                .contains(said.substring(said.indexOf(':') + 2)));
    }

    private Packed java(Target target, String runtime) throws IOException {
        Files.createDirectories(code.resolve("shop"));
        Files.writeString(code.resolve("shop/Greeter.class"), "");
        Function function = SampleFunction.handler("f", Function.Contract.AWS_LAMBDA, runtime, "shop.Greeter::greet")
                .function();
        return Adapters.packing(function, code, target);
    }

    @Test
    void aHandlerInJavaIsPackedWithAWSsOwnClientAndTheSameBytesEachTime() throws IOException {
        Packing packing = ((Packed.As) java(Target.KNATIVE, "java21")).packing();
        assertThat(packing.command())
                .startsWith("java")
                .endsWith("weft_adapter/front.jar", "dev.weft.adapters.front.Front");
        assertThat(packing.added().keySet())
                .contains(
                        "weft_adapter/front.jar",
                        "weft_adapter/lambda/com.amazonaws.aws-lambda-java-runtime-interface-client-2.9.0.jar");
        Map<String, byte[]> again =
                ((Packed.As) java(Target.KNATIVE, "java21")).packing().added();
        packing.added().forEach((name, bytes) -> assertThat(again.get(name)).isEqualTo(bytes));
    }

    @Test
    void theFrontInJavaRunsOnTheOldestJavaThatCloudsAreToldOf() throws IOException {
        assertThat(((Packed.As) java(Target.GOOGLE, "java11")).packing().runtime())
                .isEqualTo("java17");
        byte[] jar =
                ((Packed.As) java(Target.GOOGLE, "java21")).packing().added().get("weft-adapter.jar");
        try (ZipInputStream classes = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry each = classes.getNextEntry(); each != null; each = classes.getNextEntry()) {
                byte[] head = classes.readNBytes(8);
                assertThat(head[7]).as(each.getName()).isEqualTo((byte) JAVA_17);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pom.xml", "build.gradle", "app.jar"})
    void googlesBuildMustNotTakeSomethingElseForTheFunction(String beside) throws IOException {
        Files.write(code.resolve(beside), new byte[0]);
        assertThat(java(Target.GOOGLE, "java21"))
                .isInstanceOfSatisfying(Packed.Not.class, not -> assertThat(not.mistakes())
                        .singleElement()
                        .satisfies(each -> assertThat(each.value()).isEqualTo(beside)));
    }

    private Packing lambda(Target target) throws IOException {
        Files.writeString(code.resolve("index.mjs"), "");
        Function function = SampleFunction.handler("f", Function.Contract.AWS_LAMBDA, "nodejs20.x", "index.handler")
                .function();
        return ((Packed.As) Adapters.packing(function, code, target)).packing();
    }

    @Test
    void googlesManifestIsTheCodesOwnWithAnotherEntryFile() throws IOException {
        Files.writeString(
                code.resolve("package.json"), "{\"main\": \"index.mjs\", \"dependencies\": {\"left-pad\": \"1.3.0\"}}");
        JsonNode manifest =
                JsonMapper.shared().readTree(lambda(Target.GOOGLE).added().get("package.json"));
        assertThat(manifest.path("main").asString("")).isEqualTo("weft_adapter/google.cjs");
        assertThat(manifest.path("dependencies").propertyNames())
                .containsExactlyInAnyOrder("left-pad", "@google-cloud/functions-framework");
    }

    /** Google's build would end: the lock is of other dependencies. It brings the framework itself. */
    @Test
    void aManifestWithALockKeepsItsDependencies() throws IOException {
        Files.writeString(code.resolve("package.json"), "{\"main\": \"index.mjs\"}");
        Files.writeString(code.resolve("package-lock.json"), "{}");
        JsonNode manifest =
                JsonMapper.shared().readTree(lambda(Target.GOOGLE).added().get("package.json"));
        assertThat(manifest.path("dependencies").propertyNames()).isEmpty();
    }

    @Test
    void anActionsOwnManifestLiesBesideTheOneThatGoogleReads() throws IOException {
        String own = "{\"main\": \"action.js\"}";
        Files.writeString(code.resolve("package.json"), own);
        Function function = SampleFunction.handler("f", Function.Contract.OPENWHISK, "nodejs:20", "main")
                .function();
        Packing packing = ((Packed.As) Adapters.packing(function, code, Target.GOOGLE)).packing();
        assertThat(packing.added().get("weft_adapter/action-package.json"))
                .asString()
                .isEqualTo(own);
        assertThat(packing.added().get("package.json")).asString().contains("weft_adapter/google.cjs");
    }

    @Test
    void googlesBuildIsToldOfTheFrontInPythonAndTheCodeMayHaveAMainOfItsOwn() throws IOException {
        Files.writeString(code.resolve("main.py"), "");
        Function function = SampleFunction.handler("f", Function.Contract.AWS_LAMBDA, "python3.12", "main.handler")
                .function();
        Packing packing = ((Packed.As) Adapters.packing(function, code, Target.GOOGLE)).packing();
        assertThat(packing.runtime()).isEqualTo("python312");
        assertThat(packing.handler()).isEqualTo("weft");
        assertThat(packing.env()).containsExactly(Map.entry("GOOGLE_FUNCTION_SOURCE", "weft_adapter/google_front.py"));
        assertThat(packing.added()).containsKeys("weft_adapter/google_front.py", "requirements.txt");
        Files.writeString(code.resolve("requirements.txt"), "boto3\n");
        assertThat(((Packed.As) Adapters.packing(function, code, Target.GOOGLE))
                        .packing()
                        .added())
                .doesNotContainKey("requirements.txt");
    }

    @Test
    void googlesNameOfPythonIsOthersWithADot() throws IOException {
        Files.createDirectories(code.resolve("functions_framework"));
        Files.writeString(code.resolve("functions_framework/__main__.py"), "");
        Function function = SampleFunction.handler("f", Function.Contract.GOOGLE_FUNCTIONS, "python312", "greet")
                .function();
        assertThat(((Packed.As) Adapters.packing(function, code, Target.AWS))
                        .packing()
                        .runtime())
                .isEqualTo("python3.12");
        assertThat(((Packed.As) Adapters.packing(function, code, Target.OPENWHISK))
                        .packing()
                        .runtime())
                .isEqualTo("python:3.12");
    }

    @Test
    void whatIsAddedIsTheSameEachTimeAndNoVariableIsNeeded() throws IOException {
        for (Target target : Target.values()) {
            if (target != Target.AWS) {
                Packing first = lambda(target);
                assertThat(first.env()).isEmpty();
                assertThat(first.added().keySet())
                        .contains("weft_adapter/adapter.json", "weft_adapter/lambda-loop.mjs");
                lambda(target).added().forEach((name, bytes) -> assertThat(
                                first.added().get(name))
                        .isEqualTo(bytes));
            }
        }
    }

    @Test
    void theCloudIsToldTheLanguagesVersion() throws IOException {
        assertThat(lambda(Target.GOOGLE).runtime()).isEqualTo("nodejs20");
        assertThat(lambda(Target.OPENWHISK).runtime()).isEqualTo("nodejs:20");
        assertThat(lambda(Target.KNATIVE).command()).containsExactly("node", "weft_adapter/server.mjs");
        assertThat(new String(lambda(Target.AZURE).added().get("host.json"), StandardCharsets.UTF_8))
                .contains("enableForwardingHttpRequest");
    }

    @Test
    void onOpenWhiskTheFrontInJavaIsOneJarWithTheCode() throws IOException {
        Packing packing = ((Packed.As) java(Target.OPENWHISK, "java11")).packing();

        assertThat(packing.form()).isEqualTo(Packing.Form.ZIP);
        assertThat(packing.handler()).isEqualTo("dev.weft.adapters.action.ActionStart");
        assertThat(packing.runtime()).isEqualTo("java:17");
        assertThat(packing.added())
                .containsKeys(
                        "META-INF/MANIFEST.MF",
                        "dev/weft/adapters/action/ActionStart.class",
                        "weft_adapter/front.jar",
                        "weft_adapter/adapter.json")
                .hasEntrySatisfying("weft_action.properties", bytes -> assertThat(
                                new String(bytes, StandardCharsets.UTF_8))
                        .isEqualTo("main=dev.weft.adapters.front.OpenWhiskFront\nclasspath=weft_adapter/front.jar\n"));
    }

    @Test
    void anActionInJavaIsPackedWithWhatServesItAndTheRuntimesGson() throws IOException {
        Files.createDirectories(code.resolve("shop"));
        Files.writeString(code.resolve("shop/Greeter.class"), "");
        Function function = SampleFunction.handler("f", Function.Contract.OPENWHISK, "java:8", "shop.Greeter#greet")
                .function();

        Packing packing = ((Packed.As) Adapters.packing(function, code, Target.KNATIVE)).packing();
        Packing again = ((Packed.As) Adapters.packing(function, code, Target.KNATIVE)).packing();

        assertThat(packing.adapter()).isEqualTo("openwhisk (Java) behind a server on $PORT");
        assertThat(packing.added()).containsKeys("weft_adapter/action/proxy.jar", "weft_adapter/action/gson.jar");
        packing.added()
                .forEach((name, bytes) ->
                        assertThat(again.added().get(name)).as(name).isEqualTo(bytes));
    }
}
