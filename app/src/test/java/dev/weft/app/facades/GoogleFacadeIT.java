// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.NotFoundException;
import com.google.api.gax.rpc.PermissionDeniedException;
import com.google.api.gax.rpc.UnauthenticatedException;
import com.google.api.gax.rpc.UnimplementedException;
import com.google.cloud.functions.v1.CallFunctionResponse;
import com.google.cloud.functions.v1.CloudFunction;
import com.google.cloud.functions.v1.CloudFunctionStatus;
import com.google.cloud.functions.v1.CloudFunctionsServiceClient;
import com.google.cloud.functions.v2.Environment;
import com.google.cloud.functions.v2.Function;
import com.google.cloud.functions.v2.FunctionServiceClient;
import com.google.cloud.functions.v2.GenerateDownloadUrlRequest;
import com.google.cloud.functions.v2.ListFunctionsRequest;
import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Google's own clients for Java, unmodified but for endpoint and token, and plain HTTP against a {@code weft up}. */
@Tag("system")
@Timeout(180)
class GoogleFacadeIT {
    private static final String PARENT = "projects/default/locations/europe-west1";

    @TempDir
    private static Path folder;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static WeftInTest weft;
    private static Key deploy;
    private static Key invoke;
    private static Key other;

    @BeforeAll
    static void start() throws Exception {
        Path home = folder.resolve("home");
        deploy = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        invoke = KeysInTest.create(home, "app", Key.Role.INVOKE, "default");
        other = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "other");
        weft = WeftInTest.withFacades(home, List.of("google"), ThreeFunctions.write(folder.resolve("app")));
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
        HTTP.close();
    }

    private static String bearer(Key key) {
        return GoogleClients.bearer(key);
    }

    private static FunctionServiceClient second(String authorization) throws IOException {
        return GoogleClients.second(weft, authorization);
    }

    private static CloudFunctionsServiceClient first(Key key) throws IOException {
        return GoogleClients.first(weft, key);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.BodyPublisher text(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }

    @Test
    void functionsOfAnyContractAreCalledByTheFirstVersion() throws Exception {
        try (CloudFunctionsServiceClient client = first(invoke)) {
            CallFunctionResponse answer = client.callFunction(PARENT + "/functions/lambda", "{\"a\":9007199254740993}");
            assertThat(answer.getResult()).isEqualTo("{\"lambda\":{\"a\":9007199254740992}}");
            assertThat(answer.getExecutionId()).isNotEmpty();
            assertThat(client.callFunction(PARENT + "/functions/compute", "{\"name\":\"Weft\"}")
                            .getResult())
                    .isEqualTo("{\"hello\":\"Weft\"}");
            assertThat(client.callFunction(PARENT + "/functions/server", "plain grüße")
                            .getResult())
                    .isEqualTo("plain grüße");
            CallFunctionResponse failed = client.callFunction(PARENT + "/functions/lambda", "{\"fail\":true}");
            assertThat(failed.getResult()).isEmpty();
            assertThat(failed.getError()).contains("lambda was asked to fail");
            assertThat(client.callFunction(PARENT + "/functions/lambda", "{\"sleep\":9000}")
                            .getError())
                    .contains("took too long");
            assertThatThrownBy(() -> client.callFunction(PARENT + "/functions/nonsense", "{}"))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(
                            () -> client.listFunctions(com.google.cloud.functions.v1.ListFunctionsRequest.newBuilder()
                                    .setParent(PARENT)
                                    .build()))
                    .isInstanceOf(PermissionDeniedException.class);
        }
    }

    @Test
    void functionsAreListedAndShownByBothVersions() throws Exception {
        try (FunctionServiceClient client = second(bearer(deploy));
                CloudFunctionsServiceClient before = first(deploy)) {
            List<String> names = new ArrayList<>();
            client.listFunctions(ListFunctionsRequest.newBuilder()
                            .setParent("projects/default/locations/-")
                            .setFilter("environment=\"GEN_2\"")
                            .setPageSize(1)
                            .build())
                    .iterateAll()
                    .forEach(each -> names.add(each.getName()));
            assertThat(names)
                    .containsExactly(
                            "projects/default/locations/weft/functions/compute",
                            "projects/default/locations/weft/functions/lambda",
                            "projects/default/locations/weft/functions/server");
            Function shown = client.getFunction(PARENT + "/functions/compute");
            assertThat(shown.getEnvironment()).isEqualTo(Environment.GEN_2);
            assertThat(shown.getState()).isEqualTo(Function.State.ACTIVE);
            assertThat(shown.getBuildConfig().getEntryPoint()).isEqualTo("index.handler");
            assertThat(shown.getServiceConfig().getTimeoutSeconds()).isEqualTo(10);
            assertThat(shown.getLabelsMap()).containsEntry("team", "shop");
            assertThat(shown.toString()).doesNotContain("a-value-that-nobody-is-shown");
            CloudFunction old = before.getFunction(PARENT + "/functions/compute");
            assertThat(old.getStatus()).isEqualTo(CloudFunctionStatus.ACTIVE);
            assertThat(old.getHttpsTrigger().getUrl())
                    .isEqualTo(shown.getServiceConfig().getUri());
            assertThat(before.listFunctions(com.google.cloud.functions.v1.ListFunctionsRequest.newBuilder()
                                    .setParent(PARENT)
                                    .build())
                            .iterateAll())
                    .hasSize(3);
            assertThatThrownBy(() -> client.getFunction(PARENT + "/functions/nonsense"))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void theUrlThatIsShownCallsTheFunctionAndNoOther() throws Exception {
        String url;
        try (FunctionServiceClient client = second(bearer(deploy))) {
            url = client.getFunction(PARENT + "/functions/server")
                    .getServiceConfig()
                    .getUri();
        }
        // gcloud says so where its token came from a file
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url + "/deep/path?x=1"))
                .header("Authorization", "Bearer None")
                .header("Content-Type", "application/x-of-my-own")
                .header("X-Echo", "here")
                .POST(text("hello")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-of-my-own");
        assertThat(answer.headers().firstValue("x-echo")).hasValue("here");
        assertThat(answer.headers().firstValue("function-execution-id")).isPresent();
        HttpResponse<String> changed = send(HttpRequest.newBuilder(URI.create(url.replace("/server", "/lambda")))
                .POST(text("{}")));
        assertThat(changed.statusCode()).isEqualTo(401);
    }

    @Test
    void aKeyCallsByUrlToo() throws Exception {
        URI lambda = URI.create(weft.facade("google") + "/call/default/europe-west1/lambda");
        HttpResponse<String> answer = send(HttpRequest.newBuilder(lambda)
                .header("Authorization", bearer(invoke))
                .POST(text("{\"a\":1}")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"rawPath\":\"/\"").contains(base64("{\"a\":1}"));
        assertThat(answer.body()).doesNotContain(invoke.secret());
        assertThat(send(HttpRequest.newBuilder(lambda).POST(text("{}"))).statusCode())
                .isEqualTo(401);
        assertThat(send(HttpRequest.newBuilder(lambda)
                                .header("Authorization", bearer(other))
                                .POST(text("{}")))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatAFunctionWroteIsReadAsGcloudReadsIt() throws Exception {
        try (CloudFunctionsServiceClient client = first(invoke)) {
            String id = client.callFunction(PARENT + "/functions/compute", "{\"name\":\"log reader\"}")
                    .getExecutionId();
            String filter = "resource.type=\\\"cloud_run_revision\\\" resource.labels.service_name=\\\"compute\\\""
                    + " labels.execution_id=\\\"" + id + "\\\"";
            WeftInTest.await(Duration.ofSeconds(20), () -> send(HttpRequest.newBuilder(
                                    URI.create(weft.facade("google") + "/v2/entries:list"))
                            .header("Authorization", bearer(deploy))
                            .POST(text("{\"filter\":\"" + filter + "\"}")))
                    .body()
                    .contains("compute serves log reader"));
        }
    }

    @Test
    void whoIsNobodyOrOfAnotherNamespaceFindsNothing() throws Exception {
        try (FunctionServiceClient wrong = second("Bearer " + deploy.id() + '.' + invoke.secret());
                FunctionServiceClient others = second(bearer(other))) {
            assertThatThrownBy(() -> wrong.getFunction(PARENT + "/functions/compute"))
                    .isInstanceOf(UnauthenticatedException.class);
            assertThatThrownBy(() -> others.getFunction(PARENT + "/functions/compute"))
                    .isInstanceOf(PermissionDeniedException.class);
            assertThatThrownBy(() -> others.getFunction("projects/other/locations/weft/functions/compute"))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void whatIsNotDoneIsRefusedByItsName() throws Exception {
        try (FunctionServiceClient client = second(bearer(deploy))) {
            assertThatThrownBy(() -> client.generateDownloadUrl(GenerateDownloadUrlRequest.newBuilder()
                            .setName(PARENT + "/functions/compute")
                            .build()))
                    .isInstanceOf(UnimplementedException.class);
        }
        HttpResponse<String> refused = send(HttpRequest.newBuilder(
                        URI.create(weft.facade("google") + "/v1/" + PARENT + "/services/compute:setIamPolicy"))
                .header("Authorization", bearer(deploy))
                .POST(text(
                        "{\"policy\":{\"bindings\":[{\"role\":\"roles/run.invoker\",\"members\":[\"allUsers\"]}]}}")));
        assertThat(refused.statusCode()).isEqualTo(501);
        assertThat(refused.body()).contains("run.SetIamPolicy with members", "Weft's keys say who may call");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
