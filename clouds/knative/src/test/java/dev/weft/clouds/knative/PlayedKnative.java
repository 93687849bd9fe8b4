// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestRequest;
import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** A Kubernetes with Knative Serving, played by {@link FakeKube}; changed by its own API. */
public final class PlayedKnative implements PlayedCloud {
    private final FakeKube kube;

    /** Starts it. */
    public PlayedKnative() throws IOException {
        kube = new FakeKube();
    }

    @Override
    public URI endpoint() {
        return kube.endpoint();
    }

    @Override
    public Map<String, String> account() {
        return Map.of();
    }

    @Override
    public Map<String, String> environment(Path home) {
        return Map.of("KUBE_TOKEN", FakeKube.TOKEN);
    }

    @Override
    public Map<String, String> wrongEnvironment(Path home) {
        return Map.of("KUBE_TOKEN", "token-of-nobody-at-all");
    }

    @Override
    public List<String> secrets() {
        return List.of(FakeKube.TOKEN, "token-of-nobody-at-all");
    }

    @Override
    public void foreign(String name) throws Exception {
        send(request("POST", "").json("""
                {"apiVersion":"serving.knative.dev/v1","kind":"Service","metadata":{"name":"%s","labels":{"by":"hand"}},
                 "spec":{"template":{"spec":{"timeoutSeconds":60,"containers":[{"image":"registry.example/theirs:V1",
                 "command":["serve"],"args":["-v"],"env":[{"name":"THEIRS","value":"hello"}]}]}}}}
                """.formatted(name)));
    }

    @Override
    public void touch(String name) throws Exception {
        send(request("PATCH", '/' + name)
                .body(
                        "application/merge-patch+json",
                        "{\"spec\":{\"template\":{\"spec\":{\"timeoutSeconds\":99}}}}"
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private RestRequest request(String method, String below) {
        return RestRequest.of(
                        method,
                        method,
                        URI.create(
                                kube.endpoint() + "/apis/serving.knative.dev/v1/namespaces/default/services" + below))
                .header("authorization", "Bearer " + FakeKube.TOKEN);
    }

    private static String send(RestRequest request) throws Exception {
        var answer = new JdkTransport().send(request);
        if (!answer.ok()) {
            throw new AssertionError(answer.text());
        }
        return answer.text();
    }

    /** The container that a Service runs, as the API shows it. */
    public String container(String name) throws Exception {
        return JsonMapper.shared()
                .readTree(send(request("GET", '/' + name)))
                .at("/spec/template/spec/containers/0")
                .toString();
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(kube.names("services"));
    }

    @Override
    public List<String> stored() {
        return kube.all("secrets").stream()
                .flatMap(each -> ServiceDocument.values(each).values().stream())
                .toList();
    }

    @Override
    public void close() {
        kube.close();
    }
}
