// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Wish;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Functions of images, by Fn's API. */
class ImageFunctionsTest {
    private static final String NEW =
            "{\"name\":\"Hello_you\",\"app_id\":\"default\",\"image\":\"registry.example/hello:1\"";

    private final FnFacade facade = new FnFacade();
    private final KeptFunctions functions = new KeptFunctions();

    private FacadeAnswer ask(String method, String path, String body) throws InterruptedException {
        String bearer = "Bearer " + FnSamples.DEPLOY.id() + '.' + FnSamples.DEPLOY.secret();
        FacadeRequest request = new FacadeRequest(
                new RequestLine(method, path, null),
                Headers.of("Authorization", bearer),
                FnSamples.utf8(body),
                "http",
                "fn.example:8095",
                "127.0.0.1");
        return switch (facade.read(request, FnSamples.KEYS::get, FnSamples.NOW)) {
            case Wish.Control control -> control.work().run(functions);
            case Wish.Refused refused -> refused.answer();
            case Wish other -> throw new AssertionError("no change but " + other);
        };
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String message(FacadeAnswer answer) {
        return json(answer).path("message").asString("");
    }

    @Test
    void oneIsMadeWithTheServersDefaults() throws Exception {
        JsonNode made = json(ask("POST", "/v2/fns", NEW + ",\"config\":{\"A\":\"1\"}}"));
        assertThat(made.path("id").asString()).isEqualTo("default.hello-you");
        assertThat(made.path("name").asString()).isEqualTo("Hello_you");
        assertThat(made.path("image").asString()).isEqualTo("registry.example/hello:1");
        assertThat(made.path("config").path("A").asString()).isEqualTo("1");
        Draft draft = Objects.requireNonNull(functions.drafts.get("hello-you"));
        assertThat(draft.spec())
                .containsEntry("contract", "fn")
                .containsEntry("memory", "128Mi")
                .containsEntry("timeout", "30s")
                .containsEntry("idleTimeout", "30s");
        assertThat(ask("POST", "/v2/fns", NEW + '}').status()).isEqualTo(409);
    }

    @Test
    void whatIsNotNamedStaysAndWhatIsNamedEmptyGoes() throws Exception {
        FacadeAnswer made = ask(
                "POST",
                "/v2/fns",
                NEW
                        + ",\"config\":{\"A\":\"1\",\"B\":\"2\"},\"annotations\":{\"team\":\"shop\",\"weft.dev/owner\":\"x\"}}");
        assertThat(json(made).at("/annotations/weft.dev~1owner").asString("")).isEqualTo("x");
        FacadeAnswer changed = ask(
                "PUT",
                "/v2/fns/default.hello-you",
                "{\"config\":{\"A\":\"\",\"C\":\"3\"},\"annotations\":{\"team\":\"\",\"fnproject.io/fn/invokeEndpoint\":7},"
                        + "\"memory\":0,\"timeout\":9,\"created_at\":\"now\"}");
        assertThat(changed.status()).as(message(changed)).isEqualTo(200);
        Draft draft = Objects.requireNonNull(functions.drafts.get("hello-you"));
        assertThat(draft.env()).isEqualTo(Map.of("B", "2", "C", "3"));
        assertThat(draft.labels()).isEqualTo(Map.of("weft.dev/owner", "x"));
        assertThat(draft.spec()).containsEntry("memory", "128Mi").containsEntry("timeout", "9s");
        assertThat(draft.image()).isEqualTo("registry.example/hello:1");
        assertThat(ask("DELETE", "/v2/fns/default.hello-you", "").status()).isEqualTo(204);
        assertThat(ask("DELETE", "/v2/fns/default.hello-you", "").status()).isEqualTo(404);
    }

    @Test
    void theOneAppIsThereAndNoOtherIsMade() throws Exception {
        assertThat(ask("POST", "/v2/apps", "{\"name\":\"default\"}").status()).isEqualTo(409);
        FacadeAnswer other = ask("POST", "/v2/apps", "{\"name\":\"shop\"}");
        assertThat(other.status()).isEqualTo(501);
        assertThat(message(other)).contains("a key of another namespace");
    }

    @Test
    void whatStandsInDocumentsIsLeft() throws Exception {
        FacadeAnswer changed = ask("PUT", "/v2/fns/default.declared", "{\"timeout\":9}");
        assertThat(changed.status()).isEqualTo(403);
        assertThat(message(changed)).contains("documents");
        assertThat(ask("POST", "/v2/fns", NEW.replace("Hello_you", "declared") + '}')
                        .status())
                .isEqualTo(409);
        assertThat(ask("DELETE", "/v2/fns/default.declared", "").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"app_id\":\"default\",\"image\":\"x\"} | 400 | name is required",
                "{\"name\":\"a b\",\"app_id\":\"default\",\"image\":\"x\"} | 400 | a b",
                "{\"name\":\"a\",\"app_id\":\"default\"} | 400 | image is required",
                "{\"name\":\"a\",\"image\":\"x\"} | 400 | app_id is required",
                "{\"name\":\"a\",\"app_id\":\"other\",\"image\":\"x\"} | 404 | App not found",
                "{\"name\":\"a\",\"shape\":\"big\"} | 501 | shape is not done",
                "{\"name\":7} | 400 | name: it must be a string",
                "[] | 400 | one JSON object",
                "{ | 400 | one JSON object"
            })
    void whatIsWrongIsToldByItsField(String body, int status, String words) throws Exception {
        FacadeAnswer answer = ask("POST", "/v2/fns", body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(message(answer)).contains(words);
        assertThat(functions.drafts).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"memory\":8193 | memory: it must be a whole number from 1 to 8192, got 8193",
                "\"memory\":-1 | memory",
                "\"memory\":1.5 | memory",
                "\"timeout\":301 | from 1 to 300",
                "\"idle_timeout\":3601 | from 1 to 3600",
                "\"config\":[] | config: it must be an object",
                "\"config\":{\"a\":1} | a must be a string"
            })
    void aValueOutsideItsBoundsIsRefused(String field, String words) throws Exception {
        FacadeAnswer answer = ask("POST", "/v2/fns", NEW + ',' + field + '}');
        assertThat(answer.status()).isEqualTo(400);
        assertThat(message(answer)).contains(words);
    }

    @Test
    void configurationAndAnnotationsHaveLimits() throws Exception {
        String most = "x".repeat(FnPut.CONFIG_BYTES_MAX - 1);
        assertThat(ask("POST", "/v2/fns", NEW + ",\"config\":{\"A\":\"" + most + "\"}}")
                        .status())
                .isEqualTo(200);
        assertThat(message(ask("PUT", "/v2/fns/default.hello-you", "{\"config\":{\"B\":\"1\"}}")))
                .contains("config has 65538 bytes; at most 65536");
        assertThat(message(ask(
                        "PUT",
                        "/v2/fns/default.hello-you",
                        "{\"annotations\":{\"a\":\"" + "x".repeat(FnPut.ANNOTATION_BYTES_MAX + 1) + "\"}}")))
                .contains("annotation a is too long");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= FnPut.ANNOTATIONS_MAX; i++) {
            many.append(i == 0 ? "" : ",").append("\"a").append(i).append("\":\"1\"");
        }
        assertThat(message(ask("PUT", "/v2/fns/default.hello-you", "{\"annotations\":{" + many + "}}")))
                .contains("101 annotations; at most 100");
    }
}
