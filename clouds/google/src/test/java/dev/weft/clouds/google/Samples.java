// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.testkit.Copy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents and requests of these tests. */
final class Samples {
    static final String SECRET = "correct-horse-battery-staple";

    private Samples() {}

    static FakeGoogle fake() {
        try {
            return new FakeGoogle();
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    static Cloud cloud(FakeGoogle google, Map<String, String> options) {
        Map<String, String> account = new HashMap<>(Map.of("project", FakeGoogle.PROJECT));
        account.putAll(options);
        return new Cloud(
                metadata("google-eu", Map.of()),
                new Cloud.Spec(
                        Cloud.Type.GOOGLE, FakeGoogle.REGION, google.uri(), Map.of(), null, account, null, null));
    }

    static Metadata metadata(String name, Map<String, String> labels) {
        return new Metadata(name, "default", labels, Map.of());
    }

    /** A Node.js function that answers {@code answer}. */
    static Function function(String name, Path folder, String answer) throws IOException {
        Files.writeString(folder.resolve("index.js"), "exports.hello = (req, res) => res.send('" + answer + "');\n");
        Files.writeString(folder.resolve("package.json"), "{\"name\":\"hello\",\"main\":\"index.js\"}\n");
        return function(name, Function.Contract.GOOGLE_FUNCTIONS, "nodejs20", "hello", Map.of("SECRET", SECRET));
    }

    static Function function(
            String name,
            Function.Contract contract,
            @Nullable String runtime,
            @Nullable String handler,
            Map<String, String> env) {
        return new Function(
                metadata(name, Map.of("team", "checkout")),
                new Function.Spec(
                        contract,
                        runtime,
                        new Function.Code("./code", null, null, null),
                        handler,
                        List.of(),
                        new Quantity(256L << 20),
                        Duration.ofSeconds(10),
                        env,
                        80,
                        0,
                        10,
                        Duration.ofMinutes(5),
                        false,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        new Function.Placement(
                                Function.Strategy.FAILOVER,
                                List.of(new Function.Placement.Choice("google-eu", 1)),
                                Map.of()),
                        List.of(),
                        Function.Architecture.AMD64,
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
    }

    /** The same with other limits. */
    static Function sized(Function function, long mebibytes, long seconds) {
        Function.Spec spec = function.spec();
        return with(
                function, new Quantity(mebibytes << 20), Duration.ofSeconds(seconds), spec.env(), spec.concurrency());
    }

    static Function with(
            Function function, Quantity memory, Duration timeout, Map<String, String> env, int concurrency) {
        Function.Spec sized = Copy.with(Copy.with(function.spec(), "memory", memory), "timeout", timeout);
        Function.Spec spec = Copy.with(Copy.with(sized, "env", env), "concurrency", concurrency);
        return new Function(function.metadata(), spec);
    }

    /** A function of somebody else's. */
    static String foreign() {
        return """
                {"labels":{"deployment-tool":"cli-gcloud","owner":"them"},
                 "buildConfig":{"runtime":"nodejs22","entryPoint":"theirs",
                   "source":{"storageSource":{"bucket":"b","object":"theirs.zip"}}},
                 "serviceConfig":{"availableMemory":"512Mi","availableCpu":"0.333","timeoutSeconds":60,
                   "maxInstanceCount":100,"environmentVariables":{"THEIRS":"x"}}}""";
    }

    static void post(FakeGoogle google, String path, String json) {
        send(google, path, HttpRequest.BodyPublishers.ofString(json), "POST");
    }

    static void get(FakeGoogle google, String path) {
        send(google, path, HttpRequest.BodyPublishers.noBody(), "GET");
    }

    private static void send(FakeGoogle google, String path, HttpRequest.BodyPublisher body, String method) {
        URI uri = URI.create(
                google.uri() + "/v2/projects/" + FakeGoogle.PROJECT + "/locations/" + FakeGoogle.REGION + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("authorization", "Bearer " + FakeGoogle.TOKEN)
                            .method(method, body)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }
}
