// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.testkit.FacadeServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plain HTTP against the façade, in the shapes that Fn's own API description has: swagger of version 2. */
class FnFacadeWireIT {
    private final HttpClient http = HttpClient.newHttpClient();
    private FacadeServer server;

    @BeforeEach
    void start() throws Exception {
        server = FnSamples.server();
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    private HttpResponse<byte[]> get(Key key, String target) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(server.uri() + target))
                        .header("Authorization", "Bearer " + key.id() + '.' + key.secret())
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> invoke(Key key, String function) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(server.uri() + "/invoke/" + function))
                        .header("Authorization", "Bearer " + key.id() + '.' + key.secret())
                        .header("Content-Type", "application/json")
                        .header("X-Echo", "here")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"grüße\":1}"))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("application/json");
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void aNamespaceIsTheOneApp() throws Exception {
        JsonNode apps = json(get(FnSamples.DEPLOY, "/v2/apps"));
        assertThat(apps.path("items").size()).isEqualTo(1);
        assertThat(apps.path("items").path(0).path("name").asString()).isEqualTo("default");
        assertThat(apps.path("next_cursor").asString()).isEmpty();
        String id = apps.path("items").path(0).path("id").asString();
        assertThat(json(get(FnSamples.DEPLOY, "/v2/apps/" + id)).path("name").asString())
                .isEqualTo("default");
        assertThat(json(get(FnSamples.DEPLOY, "/v2/apps?name=other"))
                        .path("items")
                        .size())
                .isZero();
        assertThat(json(get(FnSamples.DEPLOY, "/v2/apps?cursor=default"))
                        .path("items")
                        .size())
                .isZero();
        assertThat(json(get(FnSamples.DEPLOY, "/v2/apps/other")).path("message").asString())
                .isEqualTo("App not found");
        assertThat(json(get(FnSamples.ELSEWHERE, "/v2/apps"))
                        .path("items")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("other");
    }

    @Test
    void functionsAreListedPageByPage() throws Exception {
        List<String> names = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = json(get(FnSamples.DEPLOY, "/v2/fns?app_id=default&per_page=2&cursor=" + cursor));
            page.path("items").forEach(each -> names.add(each.path("name").asString()));
            cursor = page.path("next_cursor").asString();
            pages++;
        } while (!cursor.isEmpty());

        assertThat(names).containsExactly("alpha", "beta", "boom", "full", "late");
        assertThat(pages).isEqualTo(3);
        JsonNode named = json(get(FnSamples.DEPLOY, "/v2/fns?app_id=default&name=beta&per_page=x"));
        assertThat(named.path("items").size()).isEqualTo(1);
        HttpResponse<byte[]> others = get(FnSamples.DEPLOY, "/v2/fns?app_id=other");
        assertThat(others.statusCode()).isEqualTo(404);
        assertThat(json(get(FnSamples.DEPLOY, "/v2/triggers?app_id=default"))
                        .path("items")
                        .size())
                .isZero();
    }

    @Test
    void aFunctionIsShownAsItIs() throws Exception {
        JsonNode shown = json(get(FnSamples.DEPLOY, "/v2/fns/default.alpha"));
        assertThat(shown.path("id").asString()).isEqualTo("default.alpha");
        assertThat(shown.path("app_id").asString()).isEqualTo("default");
        assertThat(shown.path("memory").asInt()).isEqualTo(256);
        assertThat(shown.path("timeout").asInt()).isEqualTo(10);
        assertThat(shown.path("idle_timeout").asInt()).isEqualTo(300);
        assertThat(shown.path("updated_at").asString()).isEqualTo("2026-11-30T09:00:00Z");
        assertThat(shown.path("annotations")
                        .path("fnproject.io/fn/invokeEndpoint")
                        .asString())
                .isEqualTo(server.uri() + "/invoke/default.alpha");
        assertThat(shown.path("annotations").path("team").asString()).isEqualTo("shop");
        assertThat(shown.path("annotations").path("weft.dev/x").asString()).isEqualTo("1");
        HttpResponse<byte[]> theirs = get(FnSamples.DEPLOY, "/v2/fns/other.theirs");
        assertThat(theirs.statusCode()).isEqualTo(404);
        assertThat(json(theirs).path("message").asString()).isEqualTo("Fn not found");
    }

    @Test
    void aFunctionIsCalledAndItsFieldsComeBack() throws Exception {
        HttpResponse<byte[]> answer = invoke(FnSamples.INVOKE, "default.alpha");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"grüße\":1}");
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
        assertThat(answer.headers().allValues("Fn-Call-Id")).containsExactly("call-1");
        assertThat(answer.headers().allValues("Fn-Fdk-Version")).containsExactly("fdk-node/0.0.76");
        assertThat(answer.headers().allValues("X-Echo")).containsExactly("here");
    }

    @Test
    void whatGoesWrongHasTheServersStatusAndWords() throws Exception {
        HttpResponse<byte[]> boom = invoke(FnSamples.INVOKE, "default.boom");
        assertThat(boom.statusCode()).isEqualTo(502);
        assertThat(new String(boom.body(), StandardCharsets.UTF_8)).isEqualTo("{\"message\":\"function failed\"}");
        HttpResponse<byte[]> late = invoke(FnSamples.INVOKE, "default.late");
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(json(late).path("message").asString()).isEqualTo("Timed out");
        HttpResponse<byte[]> full = invoke(FnSamples.INVOKE, "default.full");
        assertThat(full.statusCode()).isEqualTo(503);
        assertThat(full.headers().firstValue("Retry-After")).hasValue("3");
        for (String id : List.of("default.nobody", "other.theirs", "nonsense")) {
            HttpResponse<byte[]> absent = invoke(FnSamples.INVOKE, id);
            assertThat(absent.statusCode()).isEqualTo(404);
            assertThat(new String(absent.body(), StandardCharsets.UTF_8)).isEqualTo("{\"message\":\"Fn not found\"}");
        }
    }
}
