// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.api.gax.rpc.ResourceExhaustedException;
import com.google.cloud.functions.v1.CallFunctionResponse;
import com.google.cloud.functions.v1.CloudFunction;
import com.google.cloud.functions.v1.CloudFunctionsServiceClient;
import com.google.cloud.functions.v1.CloudFunctionsServiceSettings;
import com.google.cloud.functions.v2.Function;
import com.google.cloud.functions.v2.FunctionServiceClient;
import com.google.cloud.functions.v2.FunctionServiceSettings;
import com.google.cloud.functions.v2.ListFunctionsRequest;
import com.google.cloud.functions.v2.ListRuntimesRequest;
import com.google.cloud.location.ListLocationsRequest;
import com.google.cloud.location.Location;
import com.google.iam.v1.GetIamPolicyRequest;
import com.google.iam.v1.TestIamPermissionsRequest;
import dev.weft.testkit.FacadeServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Google's own clients for Java, both versions, unmodified, against the façade. */
class FacadeGapicIT {
    private static final String PARENT = FacadeSamples.PARENT.substring(1);
    private static final Map<String, String> BEARER =
            Map.of("Authorization", FacadeSamples.bearer(FacadeSamples.DEPLOY));

    private FacadeServer server;
    private FunctionServiceClient second;
    private CloudFunctionsServiceClient first;

    @BeforeEach
    void start() throws Exception {
        server = FacadeSamples.server();
        second = FunctionServiceClient.create(FunctionServiceSettings.newHttpJsonBuilder()
                .setEndpoint(server.uri().toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(BEARER))
                .build());
        first = CloudFunctionsServiceClient.create(CloudFunctionsServiceSettings.newHttpJsonBuilder()
                .setEndpoint(server.uri().toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(BEARER))
                .build());
    }

    @AfterEach
    void stop() {
        second.close();
        first.close();
        server.close();
    }

    @Test
    void functionsAreListedPageByPage() {
        List<String> names = new ArrayList<>();
        second.listFunctions(ListFunctionsRequest.newBuilder()
                        .setParent(PARENT)
                        .setPageSize(3)
                        .build())
                .iterateAll()
                .forEach(each -> names.add(each.getName().substring(PARENT.length())));
        assertThat(names).containsExactly("/functions/alpha", "/functions/beta", "/functions/boom", "/functions/full");
        assertThat(server.wishes()).hasSize(2);
        List<String> before = new ArrayList<>();
        first.listFunctions(com.google.cloud.functions.v1.ListFunctionsRequest.newBuilder()
                        .setParent(PARENT)
                        .setPageSize(3)
                        .build())
                .iterateAll()
                .forEach(each -> before.add(each.getName().substring(PARENT.length())));
        assertThat(before).isEqualTo(names);
        assertThat(second.listFunctions(ListFunctionsRequest.newBuilder()
                                .setParent(PARENT)
                                .setFilter("environment=\"GEN_1\"")
                                .build())
                        .iterateAll())
                .isEmpty();
    }

    @Test
    void aFunctionIsShownAsItIs() {
        Function shown = second.getFunction(PARENT + "/functions/alpha");
        assertThat(shown.getName()).isEqualTo(PARENT + "/functions/alpha");
        assertThat(shown.getUpdateTime().getSeconds()).isEqualTo(FacadeSamples.NOW.getEpochSecond());
        assertThat(shown.getBuildConfig().getRuntime()).isEqualTo("nodejs20");
        assertThat(shown.getBuildConfig().getEntryPoint()).isEqualTo("hello");
        assertThat(shown.getServiceConfig().getAvailableMemory()).isEqualTo("256Mi");
        assertThat(shown.getServiceConfig().getTimeoutSeconds()).isEqualTo(10);
        assertThat(shown.getServiceConfig().getMaxInstanceCount()).isEqualTo(10);
        assertThat(shown.getServiceConfig().getMaxInstanceRequestConcurrency()).isEqualTo(1);
        assertThat(shown.getServiceConfig().getService()).isEqualTo(PARENT + "/services/alpha");
        assertThat(shown.getUrl()).isEqualTo(shown.getServiceConfig().getUri());
        assertThat(shown.getLabelsMap()).isEqualTo(Map.of("team", "shop"));
        CloudFunction before = first.getFunction(PARENT + "/functions/alpha");
        assertThat(before.getRuntime()).isEqualTo("nodejs20");
        assertThat(before.getTimeout().getSeconds()).isEqualTo(10);
        assertThat(before.getAvailableMemoryMb()).isEqualTo(256);
        assertThat(before.getMaxInstances()).isEqualTo(10);
        assertThat(before.getHttpsTrigger().getUrl()).isEqualTo(shown.getUrl());
    }

    @Test
    void aFunctionIsCalledByNameAndByTheUrlThatIsShown() throws Exception {
        CallFunctionResponse answer = first.callFunction(PARENT + "/functions/alpha", "grüße");
        assertThat(answer.getResult()).isEqualTo("grüße");
        assertThat(answer.getExecutionId()).isEqualTo("call-1");
        assertThat(first.callFunction(PARENT + "/functions/boom", "").getError())
                .isEqualTo("{\"told\":1}");
        assertThatThrownBy(() -> first.callFunction(PARENT + "/functions/full", ""))
                .isInstanceOf(ResourceExhaustedException.class);
        String url = second.getFunction(PARENT + "/functions/alpha").getUrl();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> said = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/p?q=1"))
                            .POST(HttpRequest.BodyPublishers.ofString("hello"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(said.statusCode()).isEqualTo(201);
            assertThat(said.body()).isEqualTo("hello");
            assertThat(said.headers().firstValue("x-line")).hasValue("POST /p?q=1");
        }
    }

    @Test
    void whatElseAClientAsks() {
        List<Location> locations = new ArrayList<>();
        second.listLocations(ListLocationsRequest.newBuilder()
                        .setName("projects/default")
                        .build())
                .iterateAll()
                .forEach(locations::add);
        assertThat(locations).singleElement().satisfies(each -> assertThat(each.getLocationId())
                .isEqualTo("weft"));
        assertThat(second.listRuntimes(ListRuntimesRequest.newBuilder()
                                .setParent(PARENT)
                                .build())
                        .getRuntimesList())
                .extracting(com.google.cloud.functions.v2.ListRuntimesResponse.Runtime::getName)
                .contains("nodejs20", "python312", "java21");
        assertThat(second.getIamPolicy(GetIamPolicyRequest.newBuilder()
                                .setResource(PARENT + "/functions/alpha")
                                .build())
                        .getBindingsList())
                .isEmpty();
        assertThat(second.testIamPermissions(TestIamPermissionsRequest.newBuilder()
                                .setResource(PARENT + "/functions/alpha")
                                .addPermissions("cloudfunctions.functions.invoke")
                                .addPermissions("cloudfunctions.functions.setIamPolicy")
                                .build())
                        .getPermissionsList())
                .containsExactly("cloudfunctions.functions.invoke");
    }
}
