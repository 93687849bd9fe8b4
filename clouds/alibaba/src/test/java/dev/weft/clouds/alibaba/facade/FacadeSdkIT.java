// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.aliyun.fc20230330.Client;
import com.aliyun.fc20230330.models.GetFunctionRequest;
import com.aliyun.fc20230330.models.InvokeFunctionHeaders;
import com.aliyun.fc20230330.models.InvokeFunctionRequest;
import com.aliyun.fc20230330.models.InvokeFunctionResponse;
import com.aliyun.fc20230330.models.ListFunctionsOutput;
import com.aliyun.fc20230330.models.ListFunctionsRequest;
import com.aliyun.tea.TeaException;
import com.aliyun.tea.TeaModel;
import com.aliyun.teaopenapi.models.Config;
import com.aliyun.teautil.models.RuntimeOptions;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.testkit.FacadeServer;
import java.io.ByteArrayInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alibaba's own client, unmodified, against the façade. */
class FacadeSdkIT {
    private static final Set<String> DONE = Set.of(
            FcOperations.INVOKE,
            FcOperations.LIST,
            FcOperations.GET,
            FcOperations.CREATE,
            FcOperations.UPDATE,
            FcOperations.DELETE,
            "PublishFunctionVersion",
            "ListFunctionVersions",
            "DeleteFunctionVersion",
            "CreateAlias",
            "UpdateAlias",
            "GetAlias",
            "ListAliases",
            "DeleteAlias",
            "PutConcurrencyConfig",
            "GetConcurrencyConfig",
            "DeleteConcurrencyConfig",
            "ListTriggers",
            "GetTrigger",
            "UpdateTrigger",
            "DeleteTrigger",
            "CreateTrigger",
            "TagResources",
            "UntagResources",
            "ListTagResources");

    private FacadeServer server;

    /** One request. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        server = new FacadeServer(new AlibabaFacade());
        FacadeSamples.KEYS.values().forEach(server::with);
        FacadeSamples.functions().forEach(each -> server.with(each, FacadeSamples.NOW, call -> played(call)));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Wish.Came played(Wish.Invoke call) {
        return switch (call.function()) {
            case "boom" ->
                FacadeSamples.failure(
                        Outcome.Failure.Reason.ERROR,
                        "{\"errorMessage\":\"boom\",\"errorType\":\"TypeError\"}",
                        "a\nb\n");
            case "gamma" -> throw new CloudException(CloudException.Kind.BUSY, "full", null);
            default -> FacadeSamples.result(call.payload(), call.tail() ? "served\n" : "");
        };
    }

    private Client client(String id, String secret) throws Exception {
        return new Client(new Config()
                .setAccessKeyId(id)
                .setAccessKeySecret(secret)
                .setEndpoint(server.authority())
                .setProtocol("http"));
    }

    private Client client(Key key) throws Exception {
        return client(key.id(), key.secret());
    }

    private static InvokeFunctionResponse invoke(Client client, String name, InvokeFunctionHeaders headers)
            throws Exception {
        InvokeFunctionRequest request =
                new InvokeFunctionRequest().setBody(new ByteArrayInputStream(FacadeSamples.utf8("{\"grüße\":1}")));
        return client.invokeFunctionWithOptions(name, request, headers, new RuntimeOptions());
    }

    private static TeaException refused(Step step) {
        TeaException thrown = catchThrowableOfType(TeaException.class, step::run);
        assertThat(thrown).isNotNull();
        assertThat(String.valueOf(thrown.getData().get("RequestId"))).isNotEmpty();
        return thrown;
    }

    @Test
    void aFunctionIsCalledAndAnswers() throws Exception {
        InvokeFunctionResponse answer = invoke(client(FacadeSamples.INVOKE), "hello", new InvokeFunctionHeaders());

        assertThat(answer.getStatusCode()).isEqualTo(200);
        assertThat(answer.getBody().readAllBytes()).isEqualTo(FacadeSamples.utf8("{\"grüße\":1}"));
        assertThat(answer.getHeaders())
                .containsEntry("x-fc-request-id", "invocation-1")
                .containsEntry("x-fc-invocation-duration", "12")
                .containsEntry("content-type", "application/json")
                .doesNotContainKeys("x-fc-error-type", "x-fc-log-result");
        assertThat(server.wishes()).singleElement().isInstanceOfSatisfying(Wish.Invoke.class, call -> {
            assertThat(call.key()).isEqualTo(FacadeSamples.INVOKE);
            assertThat(call.contentType()).isNull();
        });
    }

    @Test
    void aFunctionThatFailsIsA200WithItsErrorAndTheLogOfWhoMayReadIt() throws Exception {
        InvokeFunctionHeaders tail =
                new InvokeFunctionHeaders().setXFcInvocationType("Sync").setXFcLogType("Tail");
        InvokeFunctionResponse answer = invoke(client(FacadeSamples.DEPLOY), "boom", tail);

        assertThat(answer.getStatusCode()).isEqualTo(200);
        assertThat(new String(answer.getBody().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"errorMessage\":\"boom\",\"errorType\":\"TypeError\"}");
        assertThat(answer.getHeaders())
                .containsEntry("x-fc-error-type", "UnhandledInvocationError")
                .containsEntry("x-fc-request-id", "invocation-2");
        assertThat(Base64.getDecoder().decode(answer.getHeaders().get("x-fc-log-result")))
                .isEqualTo(FacadeSamples.utf8("a\nb\n"));
        assertThat(invoke(client(FacadeSamples.INVOKE), "boom", tail).getHeaders())
                .containsKey("x-fc-error-type")
                .doesNotContainKey("x-fc-log-result");
        assertThat(invoke(client(FacadeSamples.DEPLOY), "boom", new InvokeFunctionHeaders())
                        .getHeaders())
                .doesNotContainKey("x-fc-log-result");
    }

    @Test
    void aFunctionThatAnswersShowsItsLogToo() throws Exception {
        InvokeFunctionHeaders tail = new InvokeFunctionHeaders().setXFcLogType("Tail");
        String log =
                invoke(client(FacadeSamples.DEPLOY), "hello", tail).getHeaders().get("x-fc-log-result");

        assertThat(Base64.getDecoder().decode(log)).isEqualTo(FacadeSamples.utf8("served\n"));
        assertThat(invoke(client(FacadeSamples.INVOKE), "hello", tail).getHeaders())
                .doesNotContainKey("x-fc-log-result");
    }

    @Test
    void functionsAreListedPageByPageAndByPrefix() throws Exception {
        Client client = client(FacadeSamples.DEPLOY);
        List<String> names = new ArrayList<>();
        String next = null;
        int pages = 0;
        do {
            ListFunctionsOutput page = client.listFunctions(
                            new ListFunctionsRequest().setLimit(2).setNextToken(next))
                    .getBody();
            page.getFunctions().forEach(each -> names.add(each.getFunctionName()));
            next = page.getNextToken();
            pages++;
        } while (next != null && !next.isEmpty());

        assertThat(names).containsExactly("alpha", "beta", "boom", "gamma", "hello");
        assertThat(pages).isEqualTo(3);
        assertThat(client.listFunctions(new ListFunctionsRequest().setPrefix("b"))
                        .getBody()
                        .getFunctions())
                .extracting(each -> each.getFunctionName())
                .containsExactly("beta", "boom");
        assertThat(client(FacadeSamples.ELSEWHERE)
                        .listFunctions(new ListFunctionsRequest())
                        .getBody()
                        .getFunctions())
                .extracting(each -> each.getFunctionName())
                .containsExactly("theirs");
        assertThat(refused(() -> client.listFunctions(new ListFunctionsRequest().setLimit(101)))
                        .getCode())
                .isEqualTo("InvalidArgument");
        assertThat(refused(() -> client.listFunctions(new ListFunctionsRequest().setRuntime("nodejs20")))
                        .getMessage())
                .contains("ListFunctions with runtime is not done");
    }

    @Test
    void aFunctionIsShown() throws Exception {
        var shown = client(FacadeSamples.DEPLOY)
                .getFunction("alpha", new GetFunctionRequest().setQualifier("LATEST"))
                .getBody();

        assertThat(shown.getFunctionName()).isEqualTo("alpha");
        assertThat(shown.getFunctionArn()).isEqualTo("acs:fc:weft:0000000000000000:functions/alpha");
        assertThat(shown.getRuntime()).isEqualTo("nodejs20");
        assertThat(shown.getHandler()).isEqualTo("index.handler");
        assertThat(shown.getMemorySize()).isEqualTo(256);
        assertThat(shown.getTimeout()).isEqualTo(10);
        assertThat(shown.getState()).isEqualTo("Active");
        assertThat(shown.getLastModifiedTime()).isEqualTo("2026-11-30T09:00:00Z");
        assertThat(shown.getTags()).singleElement().satisfies(tag -> {
            assertThat(tag.getKey()).isEqualTo("team");
            assertThat(tag.getValue()).isEqualTo("shop");
        });
    }

    @Test
    void aWrongSecretAndAnUnknownKeyAreAnsweredAlike() throws Exception {
        TeaException wrong = refused(
                () -> client(FacadeSamples.DEPLOY.id(), "another-secret").listFunctions(new ListFunctionsRequest()));
        TeaException unknown =
                refused(() -> client("WEFTNOBODY0000000001", "secret").listFunctions(new ListFunctionsRequest()));

        assertThat(wrong.getCode()).isEqualTo("SignatureNotMatch").isEqualTo(unknown.getCode());
        assertThat(wrong.getStatusCode()).isEqualTo(403).isEqualTo(unknown.getStatusCode());
        assertThat(words(wrong)).isEqualTo(words(unknown));
        assertThat(server.wishes())
                .allSatisfy(wish -> assertThat(wish).isInstanceOfSatisfying(Wish.Refused.class, refused -> {
                    assertThat(refused.proved()).isFalse();
                    assertThat(refused.keyId()).startsWith("WEFT");
                }));
    }

    private static String words(TeaException refused) {
        return String.valueOf(refused.getData().get("Message"));
    }

    @Test
    void whatIsNotThereOrAnothersLooksAlike() throws Exception {
        Client client = client(FacadeSamples.DEPLOY);
        for (String name : List.of("nobody", "theirs")) {
            TeaException called = refused(() -> invoke(client, name, new InvokeFunctionHeaders()));
            assertThat(called.getCode()).isEqualTo("FunctionNotFound");
            assertThat(called.getStatusCode()).isEqualTo(404);
            TeaException shown = refused(() -> client.getFunction(name, new GetFunctionRequest()));
            assertThat(words(shown)).isEqualTo("function '" + name + "' does not exist");
        }
        assertThat(refused(() -> client.getFunction("alpha", new GetFunctionRequest().setQualifier("3")))
                        .getCode())
                .isEqualTo("VersionNotFound");
        assertThat(refused(() -> client.invokeFunction("alpha", new InvokeFunctionRequest().setQualifier("live")))
                        .getCode())
                .isEqualTo("AliasNotFound");
        assertThat(refused(() -> client.getFunction("a/../beta", new GetFunctionRequest()))
                        .getCode())
                .isEqualTo("InvalidArgument");
    }

    @Test
    void aKeyForCallsSeesNothing() throws Exception {
        Client client = client(FacadeSamples.INVOKE);
        assertThat(refused(() -> client.listFunctions(new ListFunctionsRequest()))
                        .getCode())
                .isEqualTo("AccessDenied");
        assertThat(refused(() -> client.getFunction("alpha", new GetFunctionRequest()))
                        .getStatusCode())
                .isEqualTo(403);
    }

    @Test
    void aFunctionThatIsFullIsThrottled() throws Exception {
        Client client = client(FacadeSamples.INVOKE);
        TeaException busy = refused(() -> invoke(client, "gamma", new InvokeFunctionHeaders()));
        assertThat(busy.getCode()).isEqualTo("ResourceThrottled");
        assertThat(busy.getStatusCode()).isEqualTo(429);
    }

    @Test
    void aCallThatDoesNotWaitIsLeftAndATaskOfItsOwnIdIsRefused() throws Exception {
        Client client = client(FacadeSamples.INVOKE);
        InvokeFunctionHeaders async = new InvokeFunctionHeaders().setXFcInvocationType("Async");
        TeaException unkept = refused(() -> invoke(client, "hello", async)); // this server keeps no events
        assertThat(unkept.getCode()).isEqualTo("ServiceUnavailable");
        TeaException refused = refused(() -> invoke(client, "hello", async.setXFcAsyncTaskId("mine")));
        assertThat(refused.getCode()).isEqualTo("NotImplemented");
        assertThat(refused.getStatusCode()).isEqualTo(501);
        assertThat(words(refused)).contains("x-fc-async-task-id is not done");
    }

    /** Each operation that the client has: what is not done is refused by its own name. */
    @Test
    void everyOtherOperationIsRefusedByItsName() throws Exception {
        Client client = client(FacadeSamples.DEPLOY);
        Set<String> refused = new TreeSet<>();
        for (Method method : Client.class.getMethods()) {
            String name = method.getName();
            if (!name.endsWith("WithOptions")) {
                continue;
            }
            String action =
                    Character.toUpperCase(name.charAt(0)) + name.substring(1, name.length() - "WithOptions".length());
            if (DONE.contains(action)) {
                continue;
            }
            TeaException thrown = refused(() -> run(client, method));
            assertThat(thrown.getStatusCode()).describedAs(action).isEqualTo(501);
            assertThat(thrown.getCode()).describedAs(action).isEqualTo("NotImplemented");
            assertThat(words(thrown)).startsWith(action + " is not done by Weft's façade of Function Compute yet");
            refused.add(action);
        }
        assertThat(refused).hasSizeGreaterThan(40);
    }

    private static void run(Client client, Method method) throws Exception {
        List<Object> arguments = new ArrayList<>();
        for (Class<?> type : method.getParameterTypes()) {
            if (type == String.class) {
                arguments.add("x");
            } else if (type == Map.class) {
                arguments.add(Map.of());
            } else if (type == RuntimeOptions.class) {
                arguments.add(new RuntimeOptions());
            } else {
                arguments.add((TeaModel) type.getConstructor().newInstance());
            }
        }
        try {
            method.invoke(client, arguments.toArray());
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() instanceof Exception cause ? cause : thrown;
        }
    }
}
