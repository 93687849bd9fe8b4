// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The façade as a client of it sees it, over functions in memory. */
final class Api {
    static final Key DEPLOY =
            new Key("WEFTDEPLOY0000000001", "deploy".repeat(6) + "0001", "ci", Key.Role.DEPLOY, "default");
    static final Key INVOKE =
            new Key("WEFTINVOKE0000000001", "invoke".repeat(6) + "0001", "app", Key.Role.INVOKE, "default");
    static final Key OTHER =
            new Key("WEFTOTHERS0000000001", "others".repeat(6) + "0001", "they", Key.Role.ADMIN, "other");
    static final Map<String, Key> KEYS = Map.of(DEPLOY.id(), DEPLOY, INVOKE.id(), INVOKE, OTHER.id(), OTHER);
    static final String ROOT = "/apis/serving.knative.dev/v1/namespaces/default/services";
    static final String ZIP = zip("one");

    private static final JsonMapper JSON = JsonMapper.shared();

    final KnativeFacade facade = new KnativeFacade();
    final PlayedFunctions functions = new PlayedFunctions();

    /** What passes for a zip file where nothing runs. */
    static String zip(String words) {
        return Base64.getEncoder().encodeToString(("PK" + words + "....").getBytes(StandardCharsets.UTF_8));
    }

    /** What a Service's URL is to the key of role deploy. */
    static String url(String name) {
        return "http://" + name + ".default." + HostProof.label(DEPLOY, name) + ".localhost:8096";
    }

    static String bearer(Key key) {
        return "Bearer " + key.id() + '.' + key.secret();
    }

    static FacadeRequest request(
            String method, String target, @Nullable String authorization, String body, String... more) {
        Headers.Builder headers = Headers.builder().addAll(Headers.of(more));
        if (authorization != null) {
            headers.add("Authorization", authorization);
        }
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, query), target.substring(query + 1));
        return new FacadeRequest(
                line, headers.build(), body.getBytes(StandardCharsets.UTF_8), "http", "127.0.0.1:8096", "127.0.0.1");
    }

    /** The same request to another host. */
    static FacadeRequest at(String host, FacadeRequest request) {
        return new FacadeRequest(
                request.line(), request.headers(), request.body(), request.scheme(), host, request.callerAddress());
    }

    Wish read(FacadeRequest request) {
        return facade.read(request, KEYS::get, PlayedFunctions.NOW);
    }

    FacadeAnswer done(FacadeRequest request) throws InterruptedException {
        return switch (read(request)) {
            case Wish.Control control -> control.work().run(functions);
            case Wish.Refused refused -> refused.answer();
            case Wish other -> throw new AssertionError(other);
        };
    }

    /** With role deploy. */
    JsonNode ask(int status, String method, String target, String body, String... more) throws InterruptedException {
        FacadeAnswer answer = done(request(method, target, bearer(DEPLOY), body, more));
        JsonNode said = json(answer.body());
        assertThat(answer.status()).as("%s", said).isEqualTo(status);
        if (status >= 400) {
            assertThat(said.path("kind").asString("")).isEqualTo("Status");
            assertThat(said.path("code").asInt(0)).isEqualTo(status);
        }
        return said;
    }

    JsonNode create(String name, String more) throws InterruptedException {
        return ask(201, "POST", ROOT, service(name, more));
    }

    /** A Service with code; {@code more} are further fields of its container. */
    static String service(String name, String more) {
        return """
            {"apiVersion":"serving.knative.dev/v1","kind":"Service",
             "metadata":{"name":"%s","labels":{"team":"shop"}},
             "spec":{"template":{"metadata":{"annotations":{"weft.dev/code":"%s"}},
              "spec":{"containers":[{"image":"registry.example/it:1","command":["node"],"args":["index.js"]%s}]}}}}\
            """.formatted(name, ZIP, more);
    }

    static JsonNode json(byte[] bytes) {
        return JSON.readTree(bytes);
    }

    static String message(JsonNode status) {
        return status.path("message").asString("");
    }

    static List<String> names(JsonNode list) {
        return list.path("items")
                .valueStream()
                .map(each -> each.path("metadata").path("name").asString(""))
                .toList();
    }
}
