// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.cli.CommandLineInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.keys.KeysInTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A {@code weft up} as a Fn server: for curl, and for another Weft whose cloud of type fn it is. */
@Tag("system")
@Timeout(180)
class FnFacadeIT {
    @TempDir
    private static Path folder;

    private static WeftInTest weft;
    private static Key deploy;
    private static Key other;

    @BeforeAll
    static void start() throws Exception {
        Path home = folder.resolve("home");
        deploy = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        other = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "other");
        weft = WeftInTest.withFacades(home, List.of("fn"), ThreeFunctions.write(folder.resolve("app")));
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    /** Status and body, by curl with the key as user and password of the URL. */
    private static String curl(Key key, String path, String... more) throws Exception {
        return curl(key.id(), key.secret(), path, more);
    }

    private static String curl(String id, String secret, String path, String[] more) throws Exception {
        URI facade = weft.facade("fn");
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-w", " %{http_code}"));
        command.addAll(List.of(more));
        command.add("http://" + id + ':' + secret + '@' + facade.getAuthority() + path);
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor()).as(said).isZero();
        return said;
    }

    private static JsonNode json(String said) {
        assertThat(said).endsWith(" 200");
        return JsonMapper.shared().readTree(said.substring(0, said.length() - 4));
    }

    private static String[] event(String body) {
        return new String[] {"-H", "Content-Type: application/json", "-H", "X-Echo: here", "-d", body};
    }

    @Test
    void functionsOfAnyContractAreFoundAndCalled() throws Exception {
        String app = json(curl(deploy, "/v2/apps?name=default"))
                .path("items")
                .path(0)
                .path("id")
                .asString();
        List<String> names = new ArrayList<>();
        String lambda = "";
        for (JsonNode each : json(curl(deploy, "/v2/fns?app_id=" + app)).path("items")) {
            names.add(each.path("name").asString());
            if (each.path("name").asString().equals("lambda")) {
                lambda = URI.create(each.path("annotations")
                                .path("fnproject.io/fn/invokeEndpoint")
                                .asString())
                        .getPath();
            }
        }
        assertThat(names).containsExactly("compute", "lambda", "server");
        assertThat(curl(deploy, lambda, event("{\"a\":1}"))).isEqualTo("{\"lambda\":{\"a\":1}} 200");
        assertThat(curl(deploy, "/invoke/default.compute", event("{\"name\":\"Weft\"}")))
                .isEqualTo("{\"hello\":\"Weft\"} 200");
        String whole = curl(deploy, "/invoke/default.server", "-i", "-H", "X-Echo: here", "-d", "grüße");
        assertThat(whole.toLowerCase(Locale.ROOT)).contains("fn-call-id: ", "x-echo: here");
        assertThat(whole).endsWith("grüße 200");
    }

    @Test
    void aDetachedCallIsKeptAndDelivered() throws Exception {
        String said = curl(
                deploy,
                "/invoke/default.lambda",
                "-i",
                "-H",
                "Fn-Invoke-Type: detached",
                "-H",
                "Content-Type: application/json",
                "-d",
                "{\"later\":1}");
        assertThat(said).endsWith(" 202");
        java.util.regex.Matcher id = java.util.regex.Pattern.compile("(?i)fn-call-id: ([-0-9a-f]{36})")
                .matcher(said);
        assertThat(id.find()).as(said).isTrue();
        JsonNode record = EventsInTest.await(folder.resolve("home"), id.group(1), "delivered");
        assertThat(record.path("result").asString()).isEqualTo("{\"lambda\":{\"later\":1}}");
        assertThat(curl(other, "/invoke/default.lambda", "-H", "Fn-Invoke-Type: detached", "-d", "{}"))
                .endsWith(" 404");
        assertThat(curl(deploy, "/invoke/default.lambda", "-H", "Fn-Invoke-Type: later", "-d", "{}"))
                .endsWith(" 400");
    }

    @Test
    void whatFailsIsToldAsTheServerDoes() throws Exception {
        assertThat(curl(deploy, "/invoke/default.lambda", event("{\"fail\":true}")))
                .isEqualTo("{\"message\":\"function failed\"} 502");
        assertThat(curl(deploy, "/invoke/default.lambda", event("{\"sleep\":9000}")))
                .isEqualTo("{\"message\":\"Timed out\"} 504");
        assertThat(curl(deploy, "/invoke/default.nobody", event("{}"))).isEqualTo("{\"message\":\"Fn not found\"} 404");
        assertThat(curl(deploy, "/v2/fns/default.lambda", "-X", "DELETE")).endsWith(" 403");
        assertThat(curl(deploy.id(), "wrong", "/v2/apps", new String[0])).endsWith(" 401");
        assertThat(curl(other, "/invoke/default.lambda", event("{}"))).endsWith(" 404");
        assertThat(curl(other, "/v2/fns/default.lambda")).endsWith(" 404");
    }

    @Test
    void anotherWeftCallsItAsItsCloud() throws Exception {
        Path documents = Files.createDirectories(folder.resolve("neighbour"));
        Files.writeString(documents.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: neighbour}
                spec: {type: fn, endpoint: "%s", account: {app: default}}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: lambda}
                spec:
                  contract: fn
                  existing: true
                  placement: {clouds: [{name: neighbour}]}
                """.formatted(weft.facade("fn")));
        Map<String, String> token = Map.of("FN_TOKEN", deploy.id() + '.' + deploy.secret());
        try (WeftInTest neighbour = WeftInTest.serve(folder.resolve("other"), token, documents)) {
            CommandLineInTest.Said said = neighbour.invoke("lambda", "-v", "-d", "{\"from\":\"afar\"}");
            assertThat(said.out().strip()).isEqualTo("{\"lambda\":{\"from\":\"afar\"}}");
            assertThat(said.err()).contains("neighbour");
            assertThat(neighbour.invoke("lambda", "-d", "{\"fail\":true}").exit())
                    .isNotZero();
            assertThat(neighbour.said()).doesNotContain(deploy.secret());
        }
    }
}
