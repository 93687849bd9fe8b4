// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FnTriggersTest {
    private static final String NEW =
            "{\"name\":\"way\",\"app_id\":\"default\",\"fn_id\":\"default.declared\",\"type\":\"http\",\"source\":\"/way/in\"}";

    private final FnFacade facade = new FnFacade();
    private final KeptFunctions functions = new KeptFunctions();

    private Wish read(Key key, String method, String target, String body) {
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, query), target.substring(query + 1));
        Headers headers = Headers.of(
                "Authorization", "Bearer " + key.id() + '.' + key.secret(), "X-Own", "here", "Weft-Hops", "0");
        return facade.read(
                new FacadeRequest(line, headers, FnSamples.utf8(body), "http", "fn.example:8095", "127.0.0.1"),
                FnSamples.KEYS::get,
                FnSamples.NOW);
    }

    private FacadeAnswer ask(String method, String target, String body) throws InterruptedException {
        return switch (read(FnSamples.DEPLOY, method, target, body)) {
            case Wish.Control control -> control.work().run(functions);
            case Wish.Refused refused -> refused.answer();
            case Wish other -> throw new AssertionError("no change but " + other);
        };
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private Wish called(Key key, String target) throws InterruptedException {
        return read(key, "PUT", target, "body") instanceof Wish.Consult consult
                ? consult.work().of(functions)
                : read(key, "PUT", target, "body");
    }

    @Test
    void oneIsMadeShownChangedCalledAndDeleted() throws Exception {
        JsonNode made = json(ask("POST", "/v2/triggers", NEW));
        assertThat(made.at("/annotations/fnproject.io~1trigger~1httpEndpoint").asString())
                .isEqualTo("http://fn.example:8095/t/default/way/in");
        String one = "/v2/triggers/" + made.path("id").asString();
        assertThat(json(ask("GET", one, ""))).isEqualTo(made);
        assertThat(ask("POST", "/v2/triggers", NEW).status()).isEqualTo(409);
        assertThat(ask("POST", "/v2/triggers", NEW.replace("\"way\"", "\"other\""))
                        .status())
                .isEqualTo(409);
        assertThat(json(ask("GET", "/v2/triggers?app_id=default&fn_id=default.declared", ""))
                        .path("items"))
                .hasSize(1);
        assertThat(json(ask("GET", "/v2/triggers?app_id=default&name=none", "")).path("items"))
                .isEmpty();
        assertThat(called(FnSamples.INVOKE, "/t/default/way/in?a=b"))
                .isInstanceOfSatisfying(Wish.Exchange.class, call -> {
                    assertThat(call.function()).isEqualTo("declared");
                    assertThat(call.line()).isEqualTo(new RequestLine("PUT", "/t/default/way/in", "a=b"));
                    assertThat(call.headers().first("x-own")).isEqualTo("here");
                    assertThat(call.headers().has("authorization")).isFalse();
                    assertThat(call.headers().has("weft-hops")).isFalse();
                });
        assertThat(json(ask("PUT", one, "{\"source\":\"/else\"}"))
                        .path("source")
                        .asString())
                .isEqualTo("/else");
        for (String none : new String[] {"/t/default/way/in", "/t/other/else", "/t/default", "/t/default/else/more"}) {
            assertThat(called(FnSamples.DEPLOY, none)).isInstanceOfSatisfying(Wish.Refused.class, refused -> assertThat(
                            refused.answer().status())
                    .isEqualTo(404));
        }
        assertThat(called(FnSamples.ELSEWHERE, "/t/default/else")).isInstanceOf(Wish.Refused.class);
        assertThat(ask("DELETE", one, "").status()).isEqualTo(204);
        assertThat(ask("DELETE", one, "").status()).isEqualTo(404);
        assertThat(ask("PUT", one, "{}").status()).isEqualTo(404);
    }

    @Test
    void theFunctionsOwnAnswerIsTheRequests() {
        Outcome teapot = new Outcome.Response(418, Headers.of("X-Kind", "tea"), Body.empty());
        FacadeAnswer answer = new TriggerAnswering()
                .spoke(new Wish.Came(teapot, new byte[] {1}, "id-1", "here", Duration.ofMillis(1), ""));
        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.headers().first("x-kind")).isEqualTo("tea");
        assertThat(answer.headers().first("fn-call-id")).isEqualTo("id-1");
        assertThat(new TriggerAnswering()
                        .spoke(FnSamples.failed(Outcome.Failure.Reason.TIMEOUT))
                        .status())
                .isEqualTo(504);
    }

    @Test
    void oneGoesWithItsFunction() throws Exception {
        ask("POST", "/v2/fns", "{\"name\":\"gone\",\"app_id\":\"default\",\"image\":\"x\"}");
        assertThat(ask("POST", "/v2/triggers", NEW.replace("declared", "gone")).status())
                .isEqualTo(200);
        assertThat(ask("DELETE", "/v2/fns/default.gone", "").status()).isEqualTo(204);
        assertThat(json(ask("GET", "/v2/triggers?app_id=default", "")).path("items"))
                .isEmpty();
        ask("POST", "/v2/fns", "{\"name\":\"gone\",\"app_id\":\"default\",\"image\":\"x\"}");
        assertThat(json(ask("GET", "/v2/triggers?app_id=default", "")).path("items"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"way\" | \"a b\" | 400 | a b",
                "\"default\" | \"other\" | 404 | App not found",
                "default.declared | default.none | 404 | Fn not found",
                "\"http\" | \"timer\" | 400 | it must be http",
                "/way/in | way | 400 | begin with '/'",
                "/way/in | /way?in | 400 | Source",
                "\"/way/in\" | \"\" | 400 | source is required",
                "\"/way/in\" | 7 | 400 | it must be a string",
                "\"type\" | \"types\" | 501 | types is not done"
            })
    void whatIsWrongIsToldByItsField(String part, String other, int status, String words) throws Exception {
        FacadeAnswer answer = ask("POST", "/v2/triggers", NEW.replace(part, other));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("message").asString()).contains(words);
        assertThat(json(ask("GET", "/v2/triggers?app_id=default", "")).path("items"))
                .isEmpty();
    }

    @Test
    void thereAreNoMoreThanTheLimit() throws Exception {
        for (int i = 0; i < FnTriggers.TRIGGERS_MAX; i++) {
            String one = NEW.replace("\"way\"", "\"way" + i + '"').replace("/way/in", "/way/" + i);
            assertThat(ask("POST", "/v2/triggers", one).status()).isEqualTo(200);
        }
        assertThat(json(ask("POST", "/v2/triggers", NEW)).path("message").asString())
                .contains("500 triggers; delete one first");
        JsonNode page = json(ask("GET", "/v2/triggers?app_id=default&per_page=100", ""));
        assertThat(page.path("items")).hasSize(100);
        assertThat(page.path("next_cursor").asString()).isNotEmpty();
    }
}
