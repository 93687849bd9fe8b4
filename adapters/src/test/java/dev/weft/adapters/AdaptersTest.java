// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdaptersTest {
    @TempDir
    Path code;

    @ParameterizedTest
    @CsvSource({
        "AWS_LAMBDA, java21, a.B::c, KNATIVE, spec.runtime: Node.js runs on Azure Functions",
        "AWS_LAMBDA, python3.11, app.handler, GOOGLE, spec.contract: Python on Azure Functions",
        "AWS_LAMBDA, nodejs20, other.handler, GOOGLE, spec.handler: for example index.handler",
        "GOOGLE_FUNCTIONS, nodejs20, greet, AWS, spec.code.path: npm install @google-cloud/functions-framework",
        "FN, node20, func.js, AWS, spec.code.path: npm install @fnproject/fdk",
        "ALIBABA_FC, nodejs20, index.handler, AWS, spec.runtime: does not run this code",
        "AZURE_FUNCTIONS, custom, greet, AWS, spec.code.path: enableForwardingHttpRequest",
        "AZURE_FUNCTIONS, node20, greet, AWS, spec.runtime: does not run this code",
        "HTTP, , , AWS, spec.command: started by node"
    })
    void whatCantRunIsRefusedInTheUsersWords(
            Function.Contract contract, @Nullable String runtime, @Nullable String handler, Target target, String said)
            throws IOException {
        Files.writeString(code.resolve("index.mjs"), "");
        Files.writeString(code.resolve("app.py"), "");
        Packed packed = Adapters.packing(
                SampleFunction.handler("f", contract, runtime, handler).function(), code, target);
        assertThat(packed).isInstanceOfSatisfying(Packed.Not.class, not -> assertThat(not.mistakes())
                .singleElement()
                .extracting(each -> each.field() + ": " + each.message())
                .asString()
                .startsWith(said.substring(0, said.indexOf(':')))
                .contains(said.substring(said.indexOf(':') + 2)));
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
}
