// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.WeftCommand;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two Wefts' façades of AWS are the clouds of a third: it deploys to them, calls them, and goes to the other when one is away. */
@Tag("system")
@Timeout(300)
class TwoWeftsIT {
    private static final String ROLE = "arn:aws:iam::000000000000:role/any";

    @TempDir
    private static Path scratch;

    private static WeftInTest first;
    private static WeftInTest second;
    private static Map<String, String> environment;
    private static Path documents;

    @BeforeAll
    static void start() throws Exception {
        Path profiles = Files.writeString(scratch.resolve("credentials"), profile("first") + profile("second"));
        first = started("first");
        second = started("second");
        environment = Map.of("AWS_SHARED_CREDENTIALS_FILE", profiles.toString());
        Path folder = Files.createDirectories(scratch.resolve("ours"));
        Files.createDirectories(folder.resolve("hello"));
        Files.writeString(folder.resolve("hello/index.js"), """
                exports.handler = async (event, context) => ({
                  statusCode: 200, headers: { 'x-memory': context.memoryLimitInMB }, body: process.env.WHO + ' ' + event.rawPath });
                """);
        documents = Files.writeString(folder.resolve("weft.yaml"), text());
    }

    private static String profile(String name) throws Exception {
        Key key = KeysInTest.create(scratch.resolve("home-of-" + name), "ci", Key.Role.DEPLOY, "default");
        return "[" + name + "]\naws_access_key_id = " + key.id() + "\naws_secret_access_key = " + key.secret() + "\n";
    }

    private static WeftInTest started(String name) throws Exception {
        Path documents = FacadeDocuments.write(scratch.resolve(name));
        return WeftInTest.withFacades(scratch.resolve("home-of-" + name), List.of("aws"), documents);
    }

    private static String text() {
        return cloud("first", first) + cloud("second", second) + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: hello, labels: {team: shop}}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: ./hello}
                  memory: 192Mi
                  env: {WHO: "${plain:env:WHO}"}
                  placement: {clouds: [{name: first}, {name: second}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: hello}
                spec:
                  rules:
                  - matches: [{path: {type: PathPrefix, value: /hello}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: hello}]
                """;
    }

    private static String cloud(String name, WeftInTest weft) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: %s}
                spec: {type: aws, region: eu-west-1, endpoint: "%s", account: {role: "%s", profile: %s}}
                """.formatted(name, weft.facade("aws"), ROLE, name);
    }

    @AfterAll
    static void stop() {
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
    }

    @Test
    void oneDeploysToTheOthersCallsThemAndGoesRoundTheOneThatIsAway() throws Exception {
        WeftCommand weft = new WeftCommand(scratch.resolve("command"), environment);
        Map<String, String> who = Map.of("WHO", "ada");
        String file = documents.toString();
        weft.run(who, "plan", "-f", file).is(2);
        weft.run(who, "apply", "-f", file, "--yes").is(0);
        weft.run(who, "plan", "-f", file).is(0);
        weft.run(who, "drift", "-f", file).is(0);
        assertThat(first.invoke("hello", "-d", "{\"rawPath\":\"by hand\"}").out())
                .contains("ada by hand");
        weft.run(Map.of("WHO", "bob"), "plan", "-f", file).is(2);
        weft.run(Map.of("WHO", "bob"), "apply", "-f", file, "--yes").is(0);
        weft.run(Map.of("WHO", "bob"), "plan", "-f", file).is(0);
        try (WeftInTest serving = WeftInTest.serve(scratch.resolve("serving"), environment, served())) {
            assertThat(get(serving)).isEqualTo("200 192 bob /hello");
            first.close();
            assertThat(get(serving)).isEqualTo("200 192 bob /hello");
        }
        first = started("first");
        Files.writeString(documents, text());
        weft.run(Map.of("WHO", "bob"), "plan", "-f", file).is(0);
        weft.run(Map.of("WHO", "bob"), "destroy", "-f", file, "--yes").is(0);
        assertThat(first.invoke("hello").exit()).isNotZero();
        assertThat(second.invoke("hello").exit()).isNotZero();
    }

    /** What is served in the test's own process can't be given a variable. */
    private static Path served() throws Exception {
        return Files.writeString(
                documents.resolveSibling("served.yaml"),
                Files.readString(documents).replace("${plain:env:WHO}", "bob"));
    }

    private static String get(WeftInTest serving) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(serving.gateway().resolve("/hello")).build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " "
                    + answer.headers().firstValue("x-memory").orElse("-") + " " + answer.body();
        }
    }
}
