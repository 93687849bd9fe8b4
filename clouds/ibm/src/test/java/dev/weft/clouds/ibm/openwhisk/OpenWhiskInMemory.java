// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.testkit.PlayedCloud;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** An OpenWhisk, played by {@link PlayedOpenWhisk}; changed by its own API. */
public final class OpenWhiskInMemory implements PlayedCloud {
    private static final String WRONG =
            "00000000-71f6-4ed5-8c54-816aa4f8c502:wrong3xZCLrMN6v2BKK1dXYFpXlPkccOFqm12CdAsMgRU4VrNZ9lyGV";

    private final PlayedOpenWhisk cloud;

    /** Starts it. */
    public OpenWhiskInMemory() throws IOException {
        cloud = new PlayedOpenWhisk();
    }

    @Override
    public URI endpoint() {
        return cloud.server.uri();
    }

    @Override
    public Map<String, String> account() {
        return Map.of();
    }

    @Override
    public Map<String, String> environment(Path home) {
        return Map.of("__OW_API_KEY", PlayedOpenWhisk.KEY);
    }

    @Override
    public Map<String, String> wrongEnvironment(Path home) {
        return Map.of("__OW_API_KEY", WRONG);
    }

    @Override
    public List<String> secrets() {
        return List.of(PlayedOpenWhisk.KEY.substring(37), WRONG.substring(37), "hello-of-theirs");
    }

    @Override
    public void foreign(String name) throws Exception {
        put(name, "", """
                {"exec":{"kind":"nodejs:20","code":"exports.main = () => ({theirs: true})","binary":false},
                 "parameters":[{"key":"greeting","value":"hello-of-theirs"}],
                 "annotations":[{"key":"web-export","value":true},{"key":"owner","value":"them"}]}
                """);
    }

    @Override
    public void touch(String name) throws Exception {
        put(name, "?overwrite=true", "{\"limits\":{\"memory\":512}}");
    }

    private void put(String name, String query, String body) throws Exception {
        String key = Base64.getEncoder().encodeToString(PlayedOpenWhisk.KEY.getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(endpoint() + "/api/v1/namespaces/_/actions/" + name + query))
                .header("authorization", "Basic " + key)
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(answer.body());
            }
        }
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(cloud.actions.keySet());
    }

    @Override
    public void close() {
        cloud.close();
    }
}
