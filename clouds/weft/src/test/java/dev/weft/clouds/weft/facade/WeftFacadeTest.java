// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.weft.Wire;
import dev.weft.testkit.FacadeFuzz;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WeftFacadeTest {
    private static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");
    private static final Key DEPLOY =
            new Key("WEFTDEPLOY0000000001", "deploy".repeat(6) + "0001", "ci", Key.Role.DEPLOY, "default");
    private static final Key INVOKE =
            new Key("WEFTINVOKE0000000001", "invoke".repeat(6) + "0001", "app", Key.Role.INVOKE, "default");
    private static final Map<String, Key> KEYS = Map.of(DEPLOY.id(), DEPLOY, INVOKE.id(), INVOKE);

    private final WeftFacade facade = new WeftFacade();

    private static FacadeRequest request(String method, String target, String body, String... fields) {
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, query), target.substring(query + 1));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new FacadeRequest(line, Headers.of(fields), bytes, "https", "weft.example:8099", "127.0.0.1");
    }

    private static FacadeRequest by(Key key, String method, String target, String body) {
        return request(method, target, body, Wire.KEY, "Bearer " + key.id() + '.' + key.secret());
    }

    private Wish read(FacadeRequest request) {
        return facade.read(request, KEYS::get, NOW);
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private FacadeAnswer refused(FacadeRequest request) {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        FacadeAnswer answer = ((Wish.Refused) wish).answer();
        assertThat(answer.headers().first(Wire.OUTCOME)).isEqualTo(Wire.NONE);
        return answer;
    }

    @Test
    void whoHasNoKeyMayNotEvenKnow() {
        String wrong = "Bearer " + DEPLOY.id() + '.' + INVOKE.secret();
        for (String target : List.of("/v1/about", "/v1/functions", "/v1/call/one/", "/v1/event/one", "/", "/v2/x")) {
            FacadeAnswer without = refused(request("GET", target, ""));
            FacadeAnswer other = refused(request("GET", target, "", Wire.KEY, wrong));
            FacadeAnswer both = refused(request(
                    "GET",
                    target,
                    "",
                    Wire.KEY,
                    wrong,
                    "Authorization",
                    "Bearer " + DEPLOY.id() + '.' + DEPLOY.secret()));
            assertThat(List.of(without, other, both)).allSatisfy(each -> {
                assertThat(each.status()).isEqualTo(401);
                assertThat(json(each).path("kind").asString()).isEqualTo("DENIED");
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/functions, ListFunctions",
        "GET, /v1/functions/one, GetFunction",
        "PUT, /v1/functions/one, PutFunction",
        "DELETE, /v1/functions/one, DeleteFunction",
        "POST, /v1/functions/one/annotations, AnnotateFunction",
        "POST, /v1/functions/one/rollback, RollBack",
        "GET, /v1/functions/one/versions, ListVersions",
        "DELETE, /v1/functions/one/versions/1, DeleteVersion",
        "GET, /v1/functions/one/code, GetCode",
        "GET, /v1/functions/one/logs, GetLogs",
        "PUT, /v1/code/ab, PutCode"
    })
    void whoMayCallOnlySeesAndChangesNothing(String method, String target, String action) {
        FacadeAnswer answer = refused(by(INVOKE, method, target, "{}"));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(json(answer).path("message").asString()).contains(action).contains("role deploy");
    }

    @Test
    void aCallIsTheFunctionsWithoutTheKey() {
        FacadeRequest request = request(
                "PATCH",
                "/v1/call/one/a%20b/c?d=e",
                "body",
                Wire.KEY,
                "Bearer " + INVOKE.id() + '.' + INVOKE.secret(),
                "Authorization",
                "Bearer the-functions-own",
                "Host",
                "weft.example:8099",
                Wire.HOST,
                "shop.example");
        assertThat(read(request)).isInstanceOfSatisfying(Wish.Passed.class, passed -> {
            Wish.Exchange call = (Wish.Exchange) passed.call();
            assertThat(call.function()).isEqualTo("one");
            assertThat(call.line()).isEqualTo(new RequestLine("PATCH", "/a%20b/c", "d=e"));
            assertThat(call.headers().all("host")).containsExactly("shop.example");
            assertThat(call.headers().first("authorization")).isEqualTo("Bearer the-functions-own");
            assertThat(call.headers().has(Wire.KEY)).isFalse();
        });
    }

    @Test
    void aKeyInAuthorizationIsKeptFromTheFunction() {
        FacadeRequest request =
                request("GET", "/v1/call/one/", "", "Authorization", "Bearer " + INVOKE.id() + '.' + INVOKE.secret());
        assertThat(read(request)).isInstanceOfSatisfying(Wish.Passed.class, passed -> assertThat(
                        ((Wish.Exchange) passed.call()).headers().has("authorization"))
                .isFalse());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"cloud": "x"} | field 'cloud'
            {"spec": {"placement": {}}} | field 'spec.placement'
            {"spec": {"limits": []}} | field 'spec.limits'
            {"spec": {"a": 1.5}} | field 'spec.a'
            {"spec": []} | field 'spec' must be a map
            {"env": {"A": 1}} | field 'env.A' must be a text
            {"labels": {"A": {}}} | field 'labels.A' must be a text
            {"annotations": {"weft.dev/itself.x": "1"}} | field 'annotations.weft.dev/itself.x'
            {"annotations": {"weft.dev/made-by-client-of": "aws"}} | field 'annotations.weft.dev/made-by-client-of'
            {"publish": "yes"} | field 'publish' must be true or false
            {"code": "zip"} | code must be the SHA-256
            {"revision": 3} | field 'revision' must be a text
            [] | must be a JSON object
            { | no JSON
            """)
    void whatIsNotDoneIsRefusedByItsName(String body, String words) {
        FacadeAnswer answer = refused(by(DEPLOY, "PUT", "/v1/functions/one", body));
        assertThat(json(answer).path("message").asString()).contains(words);
        assertThat(json(answer).path("kind").asString()).isEqualTo("INVALID");
    }

    @Test
    void codeThatIsNotWhatItsPathSaysIsRefused() {
        FacadeAnswer answer = refused(by(DEPLOY, "PUT", "/v1/code/" + "0".repeat(64), "zip"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).path("message").asString()).contains("SHA-256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many", "9999999"})
    void linesAreANumber(String lines) {
        assertThat(refused(by(DEPLOY, "GET", "/v1/functions/one/logs?lines=" + lines, ""))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aWeftThatTakesNoFunctionsSaysSo() throws Exception {
        Wish wish = read(by(DEPLOY, "PUT", "/v1/functions/one", "{\"code\": \"" + "0".repeat(64) + "\"}"));
        FacadeAnswer answer = ((Wish.Control) wish).work().run(Functions.NONE);
        assertThat(answer.status()).isEqualTo(409);
        assertThat(json(answer).path("message").asString()).contains("not taken");
    }

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, UNREACHABLE, 503",
        "ABSENT, UNREACHABLE, 503",
        "DENIED, UNREACHABLE, 503",
        "BUSY, BUSY, 503",
        "UNKNOWN, UNKNOWN, 502",
        "TOO_LARGE, TOO_LARGE, 413",
        "INVALID, INVALID, 400"
    })
    void aCloudThatFailedIsToldByItsKind(CloudException.Kind kind, String told, int status) {
        FacadeAnswer answer =
                new CallAnswering("one").failed(new CloudException(kind, "why", null, Duration.ofSeconds(7)));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("kind").asString()).isEqualTo(told);
        assertThat(answer.headers().first("retry-after")).isEqualTo(told.equals("BUSY") ? "7" : null);
    }

    @Test
    void aCallThatTookTooLongIsToldSo() {
        FacadeAnswer answer = new CallAnswering("one")
                .failed(new CloudException(CloudException.Kind.UNKNOWN, "why", new TimeoutException("10 s")));
        assertThat(answer.status()).isEqualTo(504);
        assertThat(json(answer).path("late").asBoolean()).isTrue();
    }

    @Test
    void aFunctionCantSayThatNobodyAnswered() {
        Outcome outcome = new Outcome.Response(200, Headers.of(Wire.OUTCOME, Wire.NONE), Body.empty());
        assertThat(new CallAnswering("one")
                        .begun(outcome, Body.empty(), "id")
                        .headers()
                        .all(Wire.OUTCOME))
                .containsExactly(Wire.RESPONSE);
    }

    @ParameterizedTest
    @CsvSource({"TOO_LARGE, TOO_LARGE", "STARTING, UNREACHABLE", "BUSY, BUSY", "BROKEN, UNKNOWN"})
    void whatIsNotReadIsToldInItsShapeToo(Facade.Unread why, String kind) {
        FacadeAnswer answer = facade.unread(new RequestLine("POST", "/v1/event/one", null), why);
        assertThat(json(answer).path("kind").asString()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/code/ab, 104857600",
        "/v1/call/one/, 33554432",
        "/v1/event/one, 33554432",
        "/v1/functions/one, 1048576"
    })
    void bodiesHaveLimits(String path, long bytes) {
        assertThat(facade.bodyBytesMax(new RequestLine("PUT", path, null))).isEqualTo(bytes);
    }

    @Test
    void whateverComesIsRefusedOrDone() throws Exception {
        String put =
                "{\"labels\":{\"a\":\"b\"},\"annotations\":{\"weft.dev/code\":\"c\"},\"spec\":{\"contract\":\"http\","
                        + "\"command\":[\"a\"],\"events\":{\"retries\":1}},\"env\":{\"A\":\"b\"},\"code\":\""
                        + "0".repeat(64)
                        + "\",\"revision\":\"1\",\"publish\":true}";
        List<FacadeRequest> good = List.of(
                by(DEPLOY, "GET", "/v1/about", ""),
                by(DEPLOY, "GET", "/v1/functions", ""),
                by(DEPLOY, "PUT", "/v1/functions/one", put),
                by(DEPLOY, "POST", "/v1/functions/one/rollback", "{\"version\":\"1\",\"revision\":\"1\"}"),
                by(DEPLOY, "POST", "/v1/functions/one/annotations", "{\"annotations\":{}}"),
                by(DEPLOY, "DELETE", "/v1/functions/one/versions/1", ""),
                by(DEPLOY, "GET", "/v1/functions/one/logs?lines=3", ""),
                by(DEPLOY, "GET", "/v1/functions/one/code", ""),
                by(INVOKE, "POST", "/v1/call/one/a/b?c=d", "x"),
                request(
                        "POST",
                        "/v1/event/one",
                        "x",
                        Wire.KEY,
                        "Bearer " + INVOKE.id() + '.' + INVOKE.secret(),
                        Wire.ATTRIBUTES,
                        Wire.attributes(Map.of("a", "ü\n"))));
        FacadeFuzz fuzz = new FacadeFuzz(facade, KEYS::get, NOW);
        assertThat(fuzz.run(good, request -> request, 20_000, 1)).isBetween(6_000, 19_000);
    }
}
