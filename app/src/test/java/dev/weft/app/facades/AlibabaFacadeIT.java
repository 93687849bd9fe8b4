// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.aliyun.fc20230330.Client;
import com.aliyun.fc20230330.models.CreateFunctionInput;
import com.aliyun.fc20230330.models.CreateFunctionRequest;
import com.aliyun.fc20230330.models.Function;
import com.aliyun.fc20230330.models.GetAsyncInvokeConfigRequest;
import com.aliyun.fc20230330.models.GetFunctionRequest;
import com.aliyun.fc20230330.models.InputCodeLocation;
import com.aliyun.fc20230330.models.InvokeFunctionHeaders;
import com.aliyun.fc20230330.models.InvokeFunctionRequest;
import com.aliyun.fc20230330.models.InvokeFunctionResponse;
import com.aliyun.fc20230330.models.ListFunctionsOutput;
import com.aliyun.fc20230330.models.ListFunctionsRequest;
import com.aliyun.fc20230330.models.UpdateFunctionInput;
import com.aliyun.fc20230330.models.UpdateFunctionRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teautil.models.RuntimeOptions;
import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Alibaba's own client, unmodified, against a {@code weft up}. */
@Tag("system")
@Timeout(180)
class AlibabaFacadeIT {
    @TempDir
    private static Path folder;

    private static final Duration SOON = Duration.ofSeconds(20);

    private static Path home;
    private static WeftInTest weft;
    private static Key deploy;
    private static Key invoke;
    private static Key other;

    /** One request. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        home = folder.resolve("home");
        deploy = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        invoke = KeysInTest.create(home, "app", Key.Role.INVOKE, "default");
        other = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "other");
        weft = WeftInTest.withFacades(home, List.of("alibaba"), ThreeFunctions.write(folder.resolve("app")));
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static Client client(Key key) throws Exception {
        return client(key.id(), key.secret());
    }

    private static Client client(String id, String secret) throws Exception {
        return new Client(new Config()
                .setAccessKeyId(id)
                .setAccessKeySecret(secret)
                .setEndpoint(weft.facade("alibaba").getAuthority())
                .setProtocol("http"));
    }

    private static InvokeFunctionResponse call(Client client, String name, String event, String log) throws Exception {
        return client.invokeFunctionWithOptions(
                name,
                new InvokeFunctionRequest().setBody(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8))),
                new InvokeFunctionHeaders().setXFcInvocationType("Sync").setXFcLogType(log),
                new RuntimeOptions());
    }

    private static String text(InvokeFunctionResponse answer) throws Exception {
        return new String(answer.getBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static TeaException refused(Step step) {
        TeaException thrown = catchThrowableOfType(TeaException.class, step::run);
        assertThat(thrown).isNotNull();
        return thrown;
    }

    @Test
    void functionsOfAnyContractAreCalled() throws Exception {
        Client client = client(invoke);
        InvokeFunctionResponse answer = call(client, "compute", "{\"name\":\"Weft\"}", "None");
        assertThat(text(answer)).isEqualTo("{\"hello\":\"Weft\"}");
        assertThat(answer.getHeaders()).containsKey("x-fc-request-id").doesNotContainKey("x-fc-error-type");
        assertThat(text(call(client, "lambda", "{\"a\":1}", "None"))).isEqualTo("{\"lambda\":{\"a\":1}}");
        assertThat(text(call(client, "server", "plain", "None"))).isEqualTo("plain");
    }

    @Test
    void anAsyncCallIsKeptAndDelivered() throws Exception {
        InvokeFunctionResponse answer = later(client(invoke), "{\"name\":\"later\"}");
        assertThat(answer.getStatusCode()).isEqualTo(202);
        JsonNode record = EventsInTest.await(home, answer.getHeaders().get("x-fc-request-id"), "delivered");
        assertThat(record.path("result").asString()).isEqualTo("{\"hello\":\"later\"}");
        assertThat(refused(() -> later(client(invoke), "x".repeat((128 << 10) + 1)))
                        .getStatusCode())
                .isEqualTo(413);
        assertThat(refused(() -> later(client(other), "{}")).getCode()).isEqualTo("FunctionNotFound");
    }

    private static InvokeFunctionResponse later(Client client, String event) throws Exception {
        return client.invokeFunctionWithOptions(
                "compute",
                new InvokeFunctionRequest().setBody(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8))),
                new InvokeFunctionHeaders().setXFcInvocationType("Async"),
                new RuntimeOptions());
    }

    @Test
    void whatFailsIsToldAsFunctionComputeDoes() throws Exception {
        Client client = client(invoke);
        InvokeFunctionResponse failed = call(client, "compute", "{\"fail\":true}", "Tail");
        assertThat(failed.getStatusCode()).isEqualTo(200);
        assertThat(failed.getHeaders())
                .containsEntry("x-fc-error-type", "UnhandledInvocationError")
                .doesNotContainKey("x-fc-log-result");
        assertThat(text(failed)).contains("\"errorMessage\":\"compute was asked to fail\"");
        InvokeFunctionResponse lambda = call(client, "lambda", "{\"fail\":true}", "None");
        assertThat(lambda.getHeaders()).containsEntry("x-fc-error-type", "UnhandledInvocationError");
        assertThat(text(lambda)).contains("\"errorMessage\":\"lambda was asked to fail\"");
        InvokeFunctionResponse late = call(client, "lambda", "{\"sleep\":9000}", "None");
        assertThat(late.getHeaders()).containsEntry("x-fc-error-type", "FunctionTimeoutError");
    }

    @Test
    void theLogsTailIsForWhoMayReadIt() throws Exception {
        String log = call(client(deploy), "compute", "{\"name\":\"log reader\"}", "Tail")
                .getHeaders()
                .get("x-fc-log-result");
        assertThat(new String(Base64.getDecoder().decode(log), StandardCharsets.UTF_8))
                .contains("compute serves log reader");
    }

    @Test
    void functionsAreListedAndShown() throws Exception {
        Client client = client(deploy);
        List<String> names = new ArrayList<>();
        String next = null;
        do {
            ListFunctionsOutput page = client.listFunctions(
                            new ListFunctionsRequest().setLimit(1).setNextToken(next))
                    .getBody();
            page.getFunctions().forEach(each -> names.add(each.getFunctionName()));
            next = page.getNextToken();
        } while (next != null);
        assertThat(names).containsExactly("compute", "lambda", "server");
        Function shown = client.getFunction("compute", new GetFunctionRequest()).getBody();
        assertThat(shown.getRuntime()).isEqualTo("nodejs20");
        assertThat(shown.getCodeSize()).isPositive();
        assertThat(shown.toMap().toString()).doesNotContain("a-value-that-nobody-is-shown");
        assertThat(refused(() -> client(invoke).listFunctions(new ListFunctionsRequest()))
                        .getCode())
                .isEqualTo("AccessDenied");
    }

    @Test
    void whoIsNobodyOrOfAnotherNamespaceFindsNothing() throws Exception {
        Client wrong = client(deploy.id(), invoke.secret());
        Client nobody = client("WEFTNOBODY0000000001", deploy.secret());
        for (Client each : List.of(wrong, nobody)) {
            TeaException refused = refused(() -> each.listFunctions(new ListFunctionsRequest()));
            assertThat(refused.getCode()).isEqualTo("SignatureNotMatch");
            assertThat(refused.getStatusCode()).isEqualTo(403);
        }
        Client others = client(other);
        assertThat(others.listFunctions(new ListFunctionsRequest()).getBody().getFunctions())
                .isEmpty();
        for (String name : List.of("compute", "nonsense")) {
            assertThat(refused(() -> call(others, name, "{}", "None")).getCode())
                    .isEqualTo("FunctionNotFound");
        }
    }

    @Test
    void aKeyThatIsRevokedIsGoodNoMoreAndRefusalsAreWrittenDown() throws Exception {
        Key brief = KeysInTest.create(home, "short", Key.Role.INVOKE, "default");
        Client client = client(brief);
        WeftInTest.await(SOON, () -> answers(client));
        KeysInTest.revoke(home, brief);
        WeftInTest.await(SOON, () -> !answers(client));
        WeftInTest.await(SOON, () -> KeysInTest.audit(home)
                .lines()
                .anyMatch(line -> line.contains("SignatureNotMatch")
                        && line.contains("InvokeFunction")
                        && line.contains(brief.id())));
        assertThat(KeysInTest.audit(home)).doesNotContain(brief.secret());
    }

    private static boolean answers(Client client) throws Exception {
        try {
            return text(call(client, "lambda", "{}", "None")).equals("{\"lambda\":{}}");
        } catch (TeaException refused) {
            assertThat(refused.getCode()).isEqualTo("SignatureNotMatch");
            return false;
        }
    }

    private static InputCodeLocation code(String javascript) {
        byte[] zip = Zips.of(Map.of("index.js", javascript));
        return new InputCodeLocation().setZipFile(Base64.getEncoder().encodeToString(zip));
    }

    @Test
    void aFunctionIsMadeChangedAndDeleted() throws Exception {
        Client client = client(deploy);
        CreateFunctionInput wanted = new CreateFunctionInput()
                .setFunctionName("Made_Here")
                .setRuntime("nodejs20")
                .setHandler("index.handler")
                .setCpu(0.35f)
                .setMemorySize(512)
                .setTimeout(9)
                .setEnvironmentVariables(Map.of("WHO", "${env:HOME}"))
                .setCode(code(
                        "exports.handler = async (event, context) => [1, process.env.WHO, context.function.name];"));
        Function made = client.createFunction(new CreateFunctionRequest().setBody(wanted))
                .getBody();
        assertThat(made.getFunctionName()).isEqualTo("Made_Here");
        assertThat(made.getEnvironmentVariables()).isEqualTo(Map.of("WHO", "${env:HOME}"));
        assertThat(made.getCpu()).isEqualTo(0.35f);
        assertThat(text(call(client, "Made_Here", "{}", "None"))).isEqualTo("[1,\"${env:HOME}\",\"Made_Here\"]");
        TeaException again = refused(() -> {
            throw new AssertionError(client.createFunction(new CreateFunctionRequest().setBody(wanted)));
        });
        assertThat(again.getCode()).isEqualTo("FunctionAlreadyExists");
        Function changed = client.updateFunction(
                        "Made_Here",
                        new UpdateFunctionRequest()
                                .setBody(new UpdateFunctionInput()
                                        .setTimeout(5)
                                        .setCode(code("exports.handler = async () => 2;"))))
                .getBody();
        assertThat(changed.getTimeout()).isEqualTo(5);
        assertThat(changed.getMemorySize()).isEqualTo(512);
        assertThat(text(call(client, "Made_Here", "{}", "None"))).isEqualTo("2");
        TeaException wrong = refused(() -> {
            throw new AssertionError(client.updateFunction(
                    "Made_Here", new UpdateFunctionRequest().setBody(new UpdateFunctionInput().setRuntime("cobol1"))));
        });
        assertThat(wrong.getMessage()).contains("spec.runtime: 'cobol1'");
        assertThat(client.deleteFunction("Made_Here").getStatusCode()).isEqualTo(204);
        assertThat(refused(() -> call(client, "Made_Here", "{}", "None")).getCode())
                .isEqualTo("FunctionNotFound");
        TeaException declared = refused(() -> {
            throw new AssertionError(client.deleteFunction("compute"));
        });
        assertThat(declared.getMessage()).contains("documents");
    }

    @Test
    void whatIsNotDoneIsRefusedByItsName() throws Exception {
        Client client = client(deploy);
        TeaException refused = refused(() -> {
            throw new AssertionError(client.getAsyncInvokeConfig("compute", new GetAsyncInvokeConfigRequest()));
        });
        assertThat(refused.getStatusCode()).isEqualTo(501);
        assertThat(refused.getMessage()).contains("GetAsyncInvokeConfig is not done by Weft's façade");
        assertThat(client.getFunction("compute", new GetFunctionRequest())
                        .getBody()
                        .toMap())
                .containsAllEntriesOf(Map.of("functionName", "compute", "state", "Active"));
    }
}
