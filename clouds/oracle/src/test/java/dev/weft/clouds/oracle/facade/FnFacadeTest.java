// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.testkit.FacadeFuzz;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class FnFacadeTest {
    private static final Key KEY = FnSamples.DEPLOY;

    private final FnFacade facade = new FnFacade();

    private static FacadeRequest request(String method, String target, @Nullable String authorization, String... more) {
        Headers.Builder headers = Headers.builder().addAll(Headers.of(more));
        if (authorization != null) {
            headers.add("Authorization", authorization);
        }
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, query), target.substring(query + 1));
        return new FacadeRequest(
                line, headers.build(), FnSamples.utf8("{\"a\":1}"), "http", "fn.example:8095", "127.0.0.1");
    }

    private static String bearer(Key key) {
        return "Bearer " + key.id() + '.' + key.secret();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(FnSamples.utf8(pair));
    }

    private Wish read(FacadeRequest request) {
        return facade.read(request, FnSamples.KEYS::get, FnSamples.NOW);
    }

    private Wish.Refused refused(FacadeRequest request) {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return (Wish.Refused) wish;
    }

    private static String message(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body()).path("message").asString("");
    }

    @Test
    void aCallIsAnEventWithTheCallersFields() {
        FacadeRequest request = request(
                "POST",
                "/invoke/default.alpha",
                bearer(FnSamples.INVOKE),
                "Content-Type",
                "application/json",
                "X-Two",
                "1",
                "x-two",
                "2",
                "Weft-Async",
                "true",
                "Traceparent",
                "00-a-b-01",
                "Fn-Intent",
                "cloudevent",
                "Host",
                "fn.example");
        assertThat(read(request)).isInstanceOfSatisfying(Wish.Invoke.class, call -> {
            assertThat(call.function()).isEqualTo("alpha");
            assertThat(call.contentType()).isEqualTo("application/json");
            assertThat(call.payload()).isEqualTo(FnSamples.utf8("{\"a\":1}"));
            assertThat(call.attributes()).isEqualTo(Map.of("x-two", "1, 2"));
            assertThat(call.tail()).isFalse();
        });
        assertThat(facade.vendor()).isEqualTo("fn");
        assertThat(facade.port()).isEqualTo(8095);
    }

    @Test
    void aKeyIsABearerTokenOrTheUrlsUser() {
        String pair = KEY.id() + ':' + KEY.secret();
        for (String good : List.of(bearer(KEY), "bearer  " + bearer(KEY).substring(7), basic(pair))) {
            assertThat(read(request("GET", "/version", good))).isInstanceOf(Wish.Control.class);
        }
    }

    @Test
    void withoutAKeyNothingIsDoneAndAllIsAnsweredAlike() {
        String wrongSecret = "Bearer " + KEY.id() + ".wrong";
        for (String target : List.of("/version", "/v2/apps", "/invoke/default.alpha", "/nowhere", "/t/a/b")) {
            for (String method : List.of("GET", "POST")) {
                for (@Nullable
                String said : new @Nullable String[] {
                    null,
                    wrongSecret,
                    "Bearer WEFTNOBODY0000000001." + KEY.secret(),
                    basic(KEY.id() + ":wrong"),
                    basic(KEY.id()),
                    "Basic !!!",
                    "Digest x",
                    "Bearer " + "A".repeat(2000)
                }) {
                    Wish.Refused refused = refused(request(method, target, said));
                    assertThat(refused.proved()).isFalse();
                    assertThat(refused.answer().status()).isEqualTo(401);
                    assertThat(refused.answer().headers().first("WWW-Authenticate"))
                            .isEqualTo("Bearer");
                    assertThat(message(refused.answer())).contains("FN_TOKEN=ID.SECRET");
                }
            }
        }
        assertThat(refused(request("GET", "/version", wrongSecret)).keyId()).isEqualTo(KEY.id());
        FacadeRequest twice = request("GET", "/version", bearer(KEY), "authorization", bearer(KEY));
        assertThat(refused(twice).proved()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"PUT, /v2/apps/default, UpdateApp", "DELETE, /v2/apps/default, DeleteApp", "GET, /metrics, GetMetrics"})
    void whatIsNotDoneIsRefusedByItsName(String method, String target, String action) {
        Wish.Refused refused = refused(request(method, target, bearer(KEY)));
        assertThat(refused.action()).isEqualTo(action);
        assertThat(refused.proved()).isTrue();
        assertThat(refused.answer().status()).isEqualTo(501);
        assertThat(message(refused.answer())).startsWith(action + " is not done by Weft's façade of Fn");
    }

    @ParameterizedTest
    @CsvSource({
        "Fn-Invoke-Type, later, 400, sync or detached",
        "Fn-Invoke-Type, detached, 501, 'InvokeFn, detached, with Fn-Intent: httprequest'",
        "Fn-Http-Method, not a method, 400, Fn-Http-Method",
        "Fn-Http-Request-Url, http://[, 400, Fn-Http-Request-Url"
    })
    void aCallInAnotherWayIsRefused(String name, String value, int status, String words) {
        Wish.Refused refused =
                refused(request("POST", "/invoke/default.alpha", bearer(KEY), name, value, "Fn-Intent", "httprequest"));
        assertThat(refused.answer().status()).isEqualTo(status);
        assertThat(message(refused.answer())).contains(words);
    }

    @Test
    void anHttpRequestIsPassedOnAndItsAnswerComesWithin() {
        Wish wish = read(request(
                "POST",
                "/invoke/default.alpha",
                bearer(KEY),
                "Fn-Intent",
                "httprequest",
                "Fn-Http-Method",
                "PUT",
                "Fn-Http-Request-Url",
                "/a%20b?c=d",
                "Fn-Http-H-X-Own",
                "here",
                "Fn-Http-H-Weft-Hops",
                "0"));
        assertThat(wish).isInstanceOfSatisfying(Wish.Exchange.class, exchange -> {
            assertThat(exchange.line()).isEqualTo(new RequestLine("PUT", "/a%20b", "c=d"));
            assertThat(exchange.headers().first("x-own")).isEqualTo("here");
            assertThat(exchange.headers().has("weft-hops")).isFalse();
        });
        Outcome teapot = new Outcome.Response(418, Headers.of("X-Kind", "tea"), Body.empty());
        FacadeAnswer answer = new FnAnswering(true)
                .spoke(new Wish.Came(teapot, new byte[] {1}, "id-1", "here", Duration.ofMillis(1), ""));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("fn-http-status")).isEqualTo("418");
        assertThat(answer.headers().first("fn-http-h-x-kind")).isEqualTo("tea");
        assertThat(answer.headers().first("fn-call-id")).isEqualTo("id-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.theirs", "alpha", "default.", "default", "defaultalpha", ".alpha", "%zz"})
    void anIdOfNoneOrOfAnothersIsAnsweredAlike(String id) {
        Wish.Refused refused = refused(request("POST", "/invoke/" + id, bearer(KEY)));
        assertThat(refused.answer().status()).isEqualTo(404);
        assertThat(message(refused.answer())).isEqualTo("Fn not found");
        assertThat(message(new FnAnswering(false).absent())).isEqualTo("Fn not found");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/fns, 400",
        "GET, /v2/triggers, 400",
        "GET, /v1/apps, 404",
        "GET, /, 404",
        "GET, /invoke/default.alpha, 404",
        "GET, /v2/fns?app_id=%zz, 400"
    })
    void whatCanNotBeToldIsRefused(String method, String target, int status) {
        assertThat(refused(request(method, target, bearer(KEY))).answer().status())
                .isEqualTo(status);
    }

    @Test
    void aKeyForCallsSeesNothing() {
        for (String target :
                List.of("/v2/apps", "/v2/apps/default", "/v2/fns?app_id=default", "/v2/fns/default.alpha")) {
            Wish.Refused refused = refused(request("GET", target, bearer(FnSamples.INVOKE)));
            assertThat(refused.answer().status()).isEqualTo(403);
            assertThat(message(refused.answer())).contains("role deploy");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ERROR | 502 | function failed",
                "TIMEOUT | 504 | Timed out",
                "INIT | 502 | Container failed to initialize",
                "CRASH | 502 | error receiving function response",
                "MEMORY | 502 | error receiving function response",
                "TOO_LARGE | 502 | function response body too large",
                "MALFORMED | 502 | invalid function response"
            })
    void aFunctionThatFailsIsToldInTheServersWords(Outcome.Failure.Reason reason, int status, String words) {
        FacadeAnswer answer = new FnAnswering(false).spoke(FnSamples.failed(reason));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(message(answer)).startsWith(words);
        assertThat(answer.headers().first("Fn-Call-Id")).isEqualTo("call-2");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "BUSY, 503, Timed out - server too busy",
        "UNREACHABLE, 503, no cloud of the function can be reached",
        "ABSENT, 503, no cloud of the function can be reached",
        "DENIED, 503, no cloud of the function can be reached",
        "UNKNOWN, 500, the function's cloud gave no answer; the function may have run",
        "TOO_LARGE, 413, why",
        "INVALID, 400, why"
    })
    void aCloudThatFailsHasNoCallId(CloudException.Kind kind, int status, String words) {
        FacadeAnswer answer = new FnAnswering(false).failed(new CloudException(kind, "why", null));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(message(answer)).isEqualTo(words);
        assertThat(answer.headers().has("Fn-Call-Id")).isFalse();
    }

    @Test
    void aCallThatTookTooLongHereIsTimedOut() {
        FacadeAnswer answer = new FnAnswering(false)
                .failed(new CloudException(CloudException.Kind.UNKNOWN, "why", new TimeoutException("10 s")));
        assertThat(answer.status()).isEqualTo(504);
        assertThat(message(answer)).isEqualTo("Timed out");
    }

    @ParameterizedTest
    @CsvSource({"TOO_LARGE, 413", "STARTING, 503", "BUSY, 503", "BROKEN, 500"})
    void whatIsNotReadIsToldInItsShapeToo(Facade.Unread why, int status) {
        RequestLine line = new RequestLine("POST", "/invoke/default.alpha", null);
        assertThat(facade.unread(line, why).status()).isEqualTo(status);
        assertThat(message(facade.unread(line, why))).isNotEmpty();
        assertThat(facade.bodyBytesMax(line)).isEqualTo(6 << 20);
    }

    @Test
    void whateverComesIsRefusedOrDone() throws Exception {
        List<FacadeRequest> good = List.of(
                request("POST", "/invoke/default.alpha", bearer(KEY), "Content-Type", "text/plain"),
                request("GET", "/v2/apps?name=default&per_page=3", bearer(KEY)),
                request("GET", "/v2/fns?app_id=default&cursor=a", basic(KEY.id() + ':' + KEY.secret())),
                request("GET", "/v2/fns/default.alpha", bearer(KEY)),
                request("GET", "/v2/triggers?app_id=default", bearer(KEY)));
        FacadeFuzz fuzz = new FacadeFuzz(facade, FnSamples.KEYS::get, FnSamples.NOW);

        assertThat(fuzz.run(good, request -> request, 10_000, 1)).isBetween(4_000, 9_500);
    }
}
