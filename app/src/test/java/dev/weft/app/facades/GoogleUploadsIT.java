// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.FailedPreconditionException;
import com.google.api.gax.rpc.InvalidArgumentException;
import com.google.api.gax.rpc.NotFoundException;
import com.google.cloud.functions.v1.CloudFunction;
import com.google.cloud.functions.v1.CloudFunctionsServiceClient;
import com.google.cloud.functions.v1.HttpsTrigger;
import com.google.cloud.functions.v2.BuildConfig;
import com.google.cloud.functions.v2.Function;
import com.google.cloud.functions.v2.FunctionServiceClient;
import com.google.cloud.functions.v2.GenerateUploadUrlRequest;
import com.google.cloud.functions.v2.GenerateUploadUrlResponse;
import com.google.cloud.functions.v2.ServiceConfig;
import com.google.cloud.functions.v2.Source;
import com.google.protobuf.FieldMask;
import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Google's own clients, unmodified but for endpoint and token, make functions, change and delete them. */
@Tag("system")
@Timeout(300)
class GoogleUploadsIT {
    private static final String PARENT = "projects/default/locations/europe-west1";

    @TempDir
    private static Path scratch;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static WeftInTest weft;
    private static Key key;
    private static FunctionServiceClient second;
    private static CloudFunctionsServiceClient first;

    @BeforeAll
    static void start() throws Exception {
        Path home = scratch.resolve("home");
        key = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        weft = WeftInTest.withFacades(home, List.of("google"), ThreeFunctions.write(scratch.resolve("app")));
        second = GoogleClients.second(weft, GoogleClients.bearer(key));
        first = GoogleClients.first(weft, key);
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            second.close();
            first.close();
            weft.close();
        }
        HTTP.close();
    }

    private static byte[] zip(String answer) {
        return Zips.of(Map.of(
                "package.json",
                "{\"dependencies\":{\"@google-cloud/functions-framework\":\"^3.0.0\"}}",
                "index.js",
                "exports.hello = (request, response) => response.send(" + answer + ");"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** As gcloud and Terraform do it: without a token. */
    private static void put(String url, byte[] zip) throws Exception {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/zip")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(zip)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static Source upload(byte[] zip) throws Exception {
        GenerateUploadUrlResponse place = second.generateUploadUrl(
                GenerateUploadUrlRequest.newBuilder().setParent(PARENT).build());
        put(place.getUploadUrl(), zip);
        return Source.newBuilder().setStorageSource(place.getStorageSource()).build();
    }

    private static Function wanted(Source source, Map<String, String> env) {
        return Function.newBuilder()
                .setBuildConfig(BuildConfig.newBuilder()
                        .setRuntime("nodejs20")
                        .setEntryPoint("hello")
                        .setSource(source))
                .setServiceConfig(ServiceConfig.newBuilder()
                        .setAvailableMemory("256Mi")
                        .setTimeoutSeconds(20)
                        .putAllEnvironmentVariables(env))
                .putLabels("team", "shop")
                .build();
    }

    private static String called(String url) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url))).body();
    }

    @Test
    void theSecondVersionTakesAFunctionThroughItsLife() throws Exception {
        Function made = second.createFunctionAsync(
                        PARENT,
                        wanted(upload(zip("'one ' + process.env.COLOUR")), Map.of("COLOUR", "${env:HOME}")),
                        "paint")
                .get();
        assertThat(made.getName()).isEqualTo(PARENT + "/functions/paint");
        assertThat(made.getServiceConfig().getEnvironmentVariablesMap()).isEqualTo(Map.of("COLOUR", "${env:HOME}"));
        String url = made.getServiceConfig().getUri();
        assertThat(called(url)).isEqualTo("one ${env:HOME}");
        assertThat(weft.invoke("paint", "--data", "{}").out()).contains("one");

        Function changed = second.updateFunctionAsync(
                        Function.newBuilder()
                                .setName(made.getName())
                                .setBuildConfig(BuildConfig.newBuilder().setSource(upload(zip("'two'"))))
                                .setServiceConfig(ServiceConfig.newBuilder().setTimeoutSeconds(30))
                                .build(),
                        FieldMask.newBuilder()
                                .addPaths("build_config.source")
                                .addPaths("service_config.timeout_seconds")
                                .build())
                .get();
        assertThat(changed.getServiceConfig().getTimeoutSeconds()).isEqualTo(30);
        assertThat(changed.getBuildConfig().getRuntime()).isEqualTo("nodejs20");
        assertThat(called(url)).isEqualTo("two");
        assertThat(first.callFunction(made.getName(), "{}").getResult()).isEqualTo("two");

        second.deleteFunctionAsync(made.getName()).get();
        assertThatThrownBy(() -> second.getFunction(made.getName())).isInstanceOf(NotFoundException.class);
        assertThat(send(HttpRequest.newBuilder(URI.create(url))).statusCode()).isEqualTo(404);
    }

    @Test
    void theFirstVersionDoesTheSame() throws Exception {
        String url = first.generateUploadUrl(com.google.cloud.functions.v1.GenerateUploadUrlRequest.newBuilder()
                        .setParent(PARENT)
                        .build())
                .getUploadUrl();
        put(url, zip("'old ' + request.body.who"));
        CloudFunction made = first.createFunctionAsync(
                        PARENT,
                        CloudFunction.newBuilder()
                                .setName(PARENT + "/functions/Old_One")
                                .setRuntime("nodejs20")
                                .setEntryPoint("hello")
                                .setSourceUploadUrl(url)
                                .setHttpsTrigger(HttpsTrigger.getDefaultInstance())
                                .build())
                .get();
        assertThat(made.getName()).isEqualTo(PARENT + "/functions/Old_One");
        assertThat(made.getAvailableMemoryMb()).isEqualTo(256);
        assertThat(first.callFunction(made.getName(), "{\"who\":\"ada\"}").getResult())
                .isEqualTo("old ada");
        assertThat(second.getFunction(PARENT + "/functions/Old_One").getEnvironment())
                .isEqualTo(com.google.cloud.functions.v2.Environment.GEN_2);
        first.deleteFunctionAsync(made.getName()).get();
        assertThatThrownBy(() -> first.getFunction(made.getName())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatIsWrongIsToldAndChangesNothing() throws Exception {
        Source source = upload(zip("'x'"));
        // ALREADY_EXISTS: the client goes by the status, which is 409 for both
        assertThatThrownBy(() -> second.createFunctionAsync(PARENT, wanted(source, Map.of()), "compute")
                        .get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AbortedException.class);
        assertThatThrownBy(() -> second.deleteFunctionAsync(PARENT + "/functions/compute")
                        .get())
                .satisfies(thrown -> assertThat(thrown.getCause())
                        .isInstanceOfAny(FailedPreconditionException.class, InvalidArgumentException.class));
        for (Map<String, String> files : List.of(
                Map.of("../../evil.js", "x"),
                Map.of("other.js", "x"),
                Map.of("index.js", "x", "package.json", "{\"dependencies\":{\"left-pad\":\"1\"}}"))) {
            Source bad = upload(Zips.of(files));
            assertThatThrownBy(() -> second.createFunctionAsync(PARENT, wanted(bad, Map.of()), "bad")
                            .get())
                    .hasCauseInstanceOf(InvalidArgumentException.class);
        }
        assertThatThrownBy(() -> second.getFunction(PARENT + "/functions/bad")).isInstanceOf(NotFoundException.class);
        assertThat(KeysInTest.audit(scratch.resolve("home"))).contains("v2.CreateFunction", "answered 409");
    }
}
