// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import dev.weft.testkit.CloudSecretsContract;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The contract against a Kubernetes API that fabric8 wrote; Knative's controller, which it lacks, is played by the transport. */
class MockServerIT extends CloudSecretsContract {
    private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH");

    private static KubernetesMockServer server;
    private static URI endpoint;

    @BeforeAll
    static void start() {
        server = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(), false);
        server.init();
        endpoint = URI.create("http://127.0.0.1:" + server.getPort());
    }

    @AfterAll
    static void stop() {
        server.destroy();
    }

    @Override
    protected CloudVendor vendor() {
        return new KnativeVendor();
    }

    @Override
    protected Cloud cloud() {
        return KnativeSamples.cloud(endpoint, Map.of());
    }

    @Override
    protected Map<String, String> environment() {
        return Map.of();
    }

    @Override
    protected Transport transport() {
        Transport real = new JdkTransport();
        return request -> {
            boolean patch = request.method().equals("PATCH");
            RestResponse answer = real.send(patch ? replacement(real, request) : request);
            if (WRITING.contains(request.method())
                    && request.uri().getPath().contains("/services")
                    && answer.ok()
                    && !request.tried().equals("status")) {
                reconcile(real, answer);
            }
            return answer;
        };
    }

    /** Its merge patches append to arrays and keep what is null, unlike RFC 7386 and Kubernetes; so it is told the result. */
    private static RestRequest replacement(Transport real, RestRequest patch) throws IOException, InterruptedException {
        RestResponse there = real.send(RestRequest.of("get", "GET", patch.uri()));
        JsonMapper json = JsonMapper.shared();
        ObjectNode merged = FakeKube.merged((ObjectNode) json.readTree(there.body()), json.readTree(patch.body()));
        return RestRequest.of(patch.tried(), "PUT", patch.uri()).json(json.writeValueAsString(merged));
    }

    /** Says that the Service is ready, as Knative's controller would. */
    private static void reconcile(Transport real, RestResponse written) throws IOException, InterruptedException {
        JsonNode service = JsonMapper.shared().readTree(written.body());
        String name = service.path("metadata").path("name").asString();
        JsonNode generation = service.path("metadata").path("generation");
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        ObjectNode status = patch.putObject("status").put("url", "http://" + name + ".default.example.com");
        if (!generation.isMissingNode()) {
            status.set("observedGeneration", generation);
        }
        status.put("latestReadyRevisionName", name + "-00001");
        status.putArray("conditions").addObject().put("type", "Ready").put("status", "True");
        RestRequest request = RestRequest.of("status", "PATCH", URI.create(services() + "/" + name + "/status"))
                .body("application/merge-patch+json", JsonMapper.shared().writeValueAsBytes(patch));
        RestResponse answer = real.send(request);
        assertThat(answer.ok()).describedAs(answer.text()).isTrue();
    }

    private static String services() {
        return endpoint + "/apis/serving.knative.dev/v1/namespaces/default/services";
    }

    @Override
    protected Function function(String name, Path folder, String answer) throws IOException {
        Files.writeString(folder.resolve("image"), "registry.example/shop/" + name + ":" + answer);
        return KnativeSamples.function(name, "registry.example/shop/" + name + ":" + answer);
    }

    @Override
    protected Artifact artifact(Path folder, Packing packing) throws IOException {
        String image = Files.readString(folder.resolve("image"));
        return new Artifact.Image(image, Ownership.hash(image.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected Function other(Function function) {
        return KnativeSamples.larger(function);
    }

    @Override
    protected boolean foreign(String name) throws Exception {
        RestRequest request =
                RestRequest.of("make", "POST", URI.create(services())).json("""
                        {"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"%s"},
                         "spec":{"template":{"spec":{"containers":[{"image":"registry.example/theirs:1"}]}}}}
                        """.formatted(name));
        assertThat(transport().send(request).ok()).isTrue();
        return true;
    }

    /** All of the environment is in one Secret, the user's plain values too. */
    @Override
    protected boolean saysStored() {
        return false;
    }

    @Override
    protected boolean toStore(RestRequest request) {
        return request.uri().getPath().endsWith("/secrets");
    }

    @Override
    protected boolean foreignSecret(Wanted wanted) {
        return false;
    }

    @Override
    protected Collection<String> inStore() {
        List<String> values = new ArrayList<>();
        all("/api/v1/namespaces/default/secrets")
                .forEach(each -> values.addAll(ServiceDocument.values(each).values()));
        return values;
    }

    private static JsonNode all(String path) {
        try {
            RestResponse answer = new JdkTransport().send(RestRequest.of("all", "GET", URI.create(endpoint + path)));
            return JsonMapper.shared().readTree(answer.body()).path("items");
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
    }

    @Override
    protected String plainly(String function) {
        for (JsonNode each : all(services().substring(endpoint.toString().length()))) {
            if (each.path("metadata").path("name").asString().equals(function)) {
                return each.toString();
            }
        }
        throw new AssertionError("there is no Service " + function);
    }

    @Override
    protected void spoil(String value) {
        for (JsonNode each : all("/api/v1/namespaces/default/secrets")) {
            String name = each.path("metadata").path("name").asString();
            try {
                RestResponse ignored = new JdkTransport()
                        .send(RestRequest.of(
                                "spoil",
                                "DELETE",
                                URI.create(endpoint + "/api/v1/namespaces/default/secrets/" + name)));
            } catch (IOException | InterruptedException broken) {
                throw new IllegalStateException(broken);
            }
        }
    }

    @Override
    protected void cleanUp() {
        server.reset();
    }
}
