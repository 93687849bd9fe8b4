// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import static dev.weft.clouds.google.facade.FacadeSamples.DEPLOY;
import static dev.weft.clouds.google.facade.FacadeSamples.ELSEWHERE;
import static dev.weft.clouds.google.facade.FacadeSamples.INVOKE;
import static dev.weft.clouds.google.facade.FacadeSamples.PARENT;
import static dev.weft.clouds.google.facade.FacadeSamples.bearer;
import static dev.weft.clouds.google.facade.FacadeSamples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.testkit.FacadeFuzz;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GoogleFacadeTest {
    private final GoogleFacade facade = new GoogleFacade();

    private Wish read(FacadeRequest request) {
        return facade.read(request, FacadeSamples.KEYS::get, FacadeSamples.NOW);
    }

    private Wish.Refused refused(FacadeRequest request) {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return (Wish.Refused) wish;
    }

    private static JsonNode error(FacadeAnswer answer) {
        JsonNode error = JsonMapper.shared().readTree(answer.body()).path("error");
        assertThat(error.path("code").asInt(0)).isEqualTo(answer.status());
        return error;
    }

    private static String text(FacadeAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8).strip();
    }

    private static String url(Key key, String function) {
        return CallUrl.of("", key, "weft", function);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"data\":\"{\\\"a\\\":1}\"} | {\"a\":1} | application/json",
                "{\"data\":\"plain\"}         | plain     |",
                "{}                           | ``        |",
                "``                           | ``        |"
            })
    void theFirstVersionsCallIsAnEventOfItsData(String body, String payload, @Nullable String type) {
        Wish wish = read(request("POST", "/v1" + PARENT + "/functions/alpha:call", bearer(INVOKE), body));
        assertThat(wish).isInstanceOfSatisfying(Wish.Invoke.class, call -> {
            assertThat(call.function()).isEqualTo("alpha");
            assertThat(call.payload()).isEqualTo(FacadeSamples.utf8(payload));
            assertThat(call.contentType()).isEqualTo(type);
            assertThat(call.tail()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":1}", "{\"data\":{\"a\":1}}", "[]", "{", "\"data\""})
    void dataIsAString(String body) {
        Wish.Refused refused = refused(request("POST", "/v1" + PARENT + "/functions/alpha:call", bearer(INVOKE), body));
        assertThat(refused.answer().status()).isEqualTo(400);
        assertThat(error(refused.answer()).path("status").asString()).isEqualTo("INVALID_ARGUMENT");
    }

    @Test
    void withoutAKeyNothingIsDoneAndAllIsAnsweredAlike() {
        for (String target : List.of("/v2" + PARENT + "/functions", "/v1/nowhere", "/", "/v2/entries:list")) {
            for (@Nullable
            String said : new @Nullable String[] {
                null,
                "Bearer " + DEPLOY.id() + ".wrong",
                "Bearer WEFTNOBODY0000000001." + DEPLOY.secret(),
                "Bearer " + DEPLOY.secret(),
                "Basic eDp5",
                "Bearer " + "A".repeat(2000)
            }) {
                Wish.Refused refused = refused(request("GET", target, said, ""));
                assertThat(refused.proved()).isFalse();
                assertThat(refused.answer().status()).isEqualTo(401);
                assertThat(refused.answer().headers().has("WWW-Authenticate")).isTrue();
                assertThat(error(refused.answer()).path("status").asString()).isEqualTo("UNAUTHENTICATED");
            }
        }
        FacadeRequest twice =
                request("GET", "/v2" + PARENT + "/functions", bearer(DEPLOY), "", "authorization", bearer(DEPLOY));
        assertThat(refused(twice).proved()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/P/functions/alpha:setIamPolicy, v2.SetIamPolicy",
        "/v1/P/functions/alpha:setIamPolicy, v1.SetIamPolicy",
        "/v1/P/services/alpha:setIamPolicy, run.SetIamPolicy"
    })
    void aPolicyThatLetsNobodyCallIsTheOneThatThereIs(String target, String action) {
        String path = target.replace("/P", PARENT);
        for (String nobody :
                List.of("{}", "{\"policy\":{\"etag\":\"ACAB\",\"bindings\":[{\"role\":\"r\",\"members\":[]}]}}")) {
            assertThat(read(request("POST", path, bearer(DEPLOY), nobody)))
                    .isInstanceOfSatisfying(
                            Wish.Control.class, set -> assertThat(set.action()).isEqualTo(action));
        }
        String everybody = "{\"policy\":{\"bindings\":[{\"role\":\"roles/run.invoker\",\"members\":[\"allUsers\"]}]}}";
        Wish.Refused refused = refused(request("POST", path, bearer(DEPLOY), everybody));
        assertThat(refused.answer().status()).isEqualTo(501);
        assertThat(error(refused.answer()).path("message").asString()).startsWith(action + " with members");
        assertThat(refused(request("POST", path, bearer(DEPLOY), "[")).answer().status())
                .isEqualTo(400);
    }

    @Test
    void thereAreNoSecretsForWhoAsksFirst() throws Exception {
        Wish wish = read(request("GET", "/v1/projects/default/secrets?filter=name:weft", bearer(DEPLOY), ""));
        FacadeAnswer answer = ((Wish.Control) wish).work().run(Functions.NONE);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"secrets\":[],\"totalSize\":0}");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v2/P/functions/alpha:generateDownloadUrl, v2.GenerateDownloadUrl",
        "POST, /v2/P/functions/alpha:detachFunction, v2.DetachFunction",
        "GET, /v2/P/operations, v2.ListOperations",
        "GET, /v1/operations?filter=x, v1.ListOperations",
        "POST, /v1/projects/default:getIamPolicy, resourcemanager.GetIamPolicy",
        "POST, /v1/projects/default/services/run.googleapis.com:enable, serviceusage.EnableService",
        "GET, /v1/P/services, run.ListServices",
        "PATCH, /v2/P/services/alpha, run.UpdateService",
        "PATCH, /v1/projects/default/secrets/one, secretmanager.UpdateSecret",
        "POST, /v1/projects/default/secrets/one/versions/1:disable, secretmanager.DisableSecretVersion"
    })
    void whatIsNotDoneIsRefusedByItsName(String method, String target, String action) {
        Wish.Refused refused = refused(request(method, target.replace("/P", PARENT), bearer(DEPLOY), "{}"));
        assertThat(refused.action()).isEqualTo(action);
        assertThat(refused.proved()).isTrue();
        assertThat(refused.answer().status()).isEqualTo(501);
        assertThat(error(refused.answer()).path("status").asString()).isEqualTo("UNIMPLEMENTED");
        assertThat(error(refused.answer()).path("message").asString())
                .startsWith(action + " is not done by Weft's façade of Google Cloud Functions yet");
    }

    @Test
    void anotherMethodMayBeSaidByAField() {
        String target = "/v2" + PARENT + "/functions/alpha";
        assertThat(read(request("POST", target, bearer(DEPLOY), "{}", "X-HTTP-Method-Override", "PATCH")))
                .isInstanceOfSatisfying(
                        Wish.Control.class, asked -> assertThat(asked.action()).isEqualTo("v2.UpdateFunction"));
        FacadeRequest brew = request("POST", target, bearer(DEPLOY), "", "X-HTTP-Method-Override", "BREW");
        assertThat(refused(brew).answer().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v2/projects/other/locations/weft/functions, 403, PERMISSION_DENIED",
        "GET, /v2/projects/default/locations/A_B/functions, 400, INVALID_ARGUMENT",
        "GET, /v2/projects/default/locations/-/functions/alpha, 400, INVALID_ARGUMENT",
        "GET, /v2/projects/default/locations/weft/functions/a%20b, 400, INVALID_ARGUMENT",
        "GET, /v2/P/functions?pageSize=x, 400, INVALID_ARGUMENT",
        "GET, /v2/P/functions?pageToken=%25, 400, INVALID_ARGUMENT",
        "GET, /v2/P/functions?filter=name:x, 501, UNIMPLEMENTED",
        "GET, /v2/P/functions?orderBy=name, 501, UNIMPLEMENTED",
        "GET, /v2/P/functions?pageSize=%zz, 400, INVALID_ARGUMENT",
        "GET, /v2/P/operations/x, 404, NOT_FOUND",
        "GET, /v1/operations/x, 404, NOT_FOUND",
        "GET, /v3/P/functions, 404, NOT_FOUND",
        "PUT, /v2/P/functions/alpha, 404, NOT_FOUND",
        "GET, /v2/P/functions/alpha:call, 404, NOT_FOUND",
        "POST, /v1/P/functions/:call, 404, NOT_FOUND"
    })
    void whatCanNotBeToldIsRefused(String method, String target, int code, String status) {
        Wish.Refused refused = refused(request(method, target.replace("/P", PARENT), bearer(DEPLOY), ""));
        assertThat(refused.answer().status()).isEqualTo(code);
        assertThat(error(refused.answer()).path("status").asString()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/P/functions",
                "/v1/P/functions",
                "/v2/P/functions/alpha",
                "/v1/P/functions/alpha",
                "/v2/projects/default/locations",
                "/v2/P/runtimes",
                "/v2/P/functions/alpha:getIamPolicy"
            })
    void aKeyForCallsSeesNothing(String target) {
        FacadeRequest asked = request("GET", target.replace("/P", PARENT), bearer(INVOKE), "");
        assertThat(error(refused(asked).answer()).path("status").asString()).isEqualTo("PERMISSION_DENIED");
        assertThat(read(request("GET", target.replace("/P", PARENT), bearer(DEPLOY), "")))
                .isInstanceOf(Wish.Control.class);
    }

    private Wish.Called called(FacadeRequest request) {
        return ((Wish.Passed) read(request)).call();
    }

    @Test
    void aUrlIsCalledByItsProofOrAToken() {
        for (FacadeRequest good : List.of(
                request("PUT", url(DEPLOY, "alpha") + "/a%2Fb/?q=1", "Bearer None", "x"),
                request("PUT", "/call/default/europe-west1/alpha/a%2Fb/?q=1", bearer(INVOKE), "x"),
                request(
                        "PUT",
                        "/call/default/europe-west1/alpha/a%2Fb/?q=1",
                        "Basic mine",
                        "x",
                        "X-Serverless-Authorization",
                        bearer(INVOKE)))) {
            assertThat(called(good)).isInstanceOfSatisfying(Wish.Exchange.class, asked -> {
                assertThat(asked.function()).isEqualTo("alpha");
                assertThat(asked.line()).isEqualTo(new RequestLine("PUT", "/a%2Fb/", "q=1"));
                assertThat(asked.body()).isEqualTo(FacadeSamples.utf8("x"));
                assertThat(asked.headers().all("x-serverless-authorization")).isEmpty();
                String said = asked.headers().first("authorization");
                assertThat(said).isIn(null, "Bearer None", "Basic mine");
            });
        }
        assertThat(called(request("GET", url(INVOKE, "alpha"), bearer(DEPLOY), "")))
                .isInstanceOfSatisfying(Wish.Exchange.class, asked -> {
                    assertThat(asked.line().path()).isEqualTo("/");
                    assertThat(asked.headers().has("authorization")).isFalse();
                });
    }

    @Test
    void aProofIsGoodForItsKeyAndFunctionOnly() {
        String good = url(DEPLOY, "alpha");
        assertThat(url(DEPLOY, "beta")).isNotEqualTo(good.replace("alpha", "beta"));
        for (String bad : List.of(
                good.replace("alpha", "beta"),
                good.replace(DEPLOY.id(), INVOKE.id()),
                good.replace(DEPLOY.id(), "WEFTNOBODY0000000001"),
                good.replaceFirst("\\.[^/]+", "." + "A".repeat(43)),
                "/call/default/weft/alpha",
                "/call/other/weft/alpha",
                "/call/",
                "/call/default",
                "/call/default/weft/AL%50HA")) {
            Wish.Refused refused = refused(request("GET", bad, null, ""));
            assertThat(refused.proved()).as(bad).isFalse();
            assertThat(refused.answer().status()).isEqualTo(401);
            assertThat(refused.why()).doesNotContain(DEPLOY.secret());
        }
        for (String none : List.of("/call/other/weft/alpha", "/call/default", "/call/default/weft/a%20b")) {
            Wish.Refused refused = refused(request("GET", none, bearer(DEPLOY), ""));
            assertThat(refused.proved()).isTrue();
            assertThat(refused.answer().status()).isEqualTo(404);
        }
        // where the proof names a key, its namespace is meant, whatever another key's token says
        assertThat(called(request("GET", url(ELSEWHERE, "theirs"), bearer(DEPLOY), "")))
                .isInstanceOfSatisfying(
                        Wish.Exchange.class, asked -> assertThat(asked.key()).isEqualTo(ELSEWHERE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ERROR | 500 | Internal Server Error | {\"told\":1}",
                "TIMEOUT | 504 | upstream request timeout | took too long",
                "INIT | 503 | Service Unavailable | failed to start",
                "CRASH | 503 | Service Unavailable | ended while",
                "MEMORY | 503 | Service Unavailable | more memory",
                "TOO_LARGE | 500 | Internal Server Error | more than is allowed",
                "MALFORMED | 503 | Service Unavailable | does not understand"
            })
    void aFunctionThatFailsIsToldInGooglesWay(Outcome.Failure.Reason reason, int status, String words, String error) {
        Wish.Came came = FacadeSamples.came(FacadeSamples.failure(reason), new byte[0]);
        FacadeAnswer byUrl = new UrlAnswering().spoke(came);
        assertThat(byUrl.status()).isEqualTo(status);
        assertThat(text(byUrl)).isEqualTo(words);
        assertThat(byUrl.headers().first(UrlAnswering.EXECUTION)).isEqualTo("call-1");
        FacadeAnswer called = new CallAnswering("x").spoke(came);
        assertThat(called.status()).isEqualTo(200);
        JsonNode answer = JsonMapper.shared().readTree(called.body());
        assertThat(answer.path("error").asString()).contains(error);
        assertThat(answer.path("executionId").asString()).isEqualTo("call-1");
        assertThat(answer.has("result")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "BUSY, 429, RESOURCE_EXHAUSTED, 429",
        "UNREACHABLE, 503, UNAVAILABLE, 503",
        "ABSENT, 503, UNAVAILABLE, 503",
        "DENIED, 503, UNAVAILABLE, 503",
        "UNKNOWN, 500, INTERNAL, 500",
        "TOO_LARGE, 400, INVALID_ARGUMENT, 413",
        "INVALID, 400, INVALID_ARGUMENT, 400"
    })
    void aCloudThatFailsIsAnError(CloudException.Kind kind, int code, String status, int byUrl) {
        CloudException why = new CloudException(kind, "why", null);
        FacadeAnswer answer = new CallAnswering("x").failed(why);
        assertThat(answer.status()).isEqualTo(code);
        assertThat(error(answer).path("status").asString()).isEqualTo(status);
        assertThat(new UrlAnswering().failed(why).status()).isEqualTo(byUrl);
        CloudException late = new CloudException(CloudException.Kind.UNKNOWN, "why", new TimeoutException("10 s"));
        assertThat(new CallAnswering("x").failed(late).status()).isEqualTo(504);
        assertThat(new UrlAnswering().failed(late).status()).isEqualTo(504);
    }

    @ParameterizedTest
    @CsvSource({"TOO_LARGE, 413", "STARTING, 503", "BUSY, 429", "BROKEN, 500"})
    void whatIsNotReadIsToldInItsShapeToo(Facade.Unread why, int status) {
        RequestLine list = new RequestLine("GET", "/v2" + PARENT + "/functions", null);
        assertThat(error(facade.unread(list, why)).path("code").asInt(0)).isEqualTo(status);
        RequestLine call = new RequestLine("GET", "/call/default/weft/alpha", null);
        assertThat(facade.unread(call, why).status()).isEqualTo(status);
        assertThat(text(facade.unread(call, why))).isNotEmpty().doesNotContain("{");
        assertThat(facade.bodyBytesMax(list)).isEqualTo(1 << 20);
        assertThat(facade.bodyBytesMax(call)).isEqualTo(32 << 20);
        assertThat(facade.bodyBytesMax(new RequestLine("POST", "/v1" + PARENT + "/functions/alpha:call", null)))
                .isEqualTo(10 << 20);
    }

    @Test
    void whateverComesIsRefusedOrDone() throws Exception {
        List<FacadeRequest> good = List.of(
                request("POST", "/v1" + PARENT + "/functions/alpha:call", bearer(INVOKE), "{\"data\":\"{}\"}"),
                request("GET", "/v2" + PARENT + "/functions?pageSize=2&pageToken=YQ", bearer(DEPLOY), ""),
                request("GET", "/v1" + PARENT + "/functions/alpha", bearer(DEPLOY), ""),
                request(
                        "POST",
                        "/v2" + PARENT + "/functions/alpha:testIamPermissions",
                        bearer(DEPLOY),
                        "{\"permissions\":[\"a\"]}"),
                request("GET", "/v2/projects/default/locations", bearer(DEPLOY), ""),
                request("POST", "/v1" + PARENT + "/functions", bearer(DEPLOY), ChangingTest.FIRST),
                request("POST", "/v2" + PARENT + "/functions?functionId=new", bearer(DEPLOY), ChangingTest.SECOND),
                request(
                        "PATCH",
                        "/v2" + PARENT + "/functions/new?updateMask=labels,service_config.timeout_seconds",
                        bearer(DEPLOY),
                        ChangingTest.SECOND),
                request("DELETE", "/v1" + PARENT + "/functions/new", bearer(DEPLOY), ""),
                request(
                        "POST",
                        "/v2/entries:list",
                        bearer(DEPLOY),
                        "{\"filter\":\"resource.labels.service_name=\\\"a\\\" timestamp>=\\\"2026-11-30T09:00:00Z\\\"\"}"),
                request("PUT", ChangingTest.uploadUrl(false), null, "PK\u0003\u0004"),
                request(
                        "POST",
                        "/v1/projects/default/secrets?secretId=one",
                        bearer(DEPLOY),
                        "{\"replication\":{\"automatic\":{}},\"labels\":{\"a\":\"b\"}}"),
                request(
                        "POST",
                        "/v1/projects/default/secrets/one:addVersion",
                        bearer(DEPLOY),
                        "{\"payload\":{\"data\":\"YWJj\"}}"),
                request("GET", "/v1/projects/default/secrets/one/versions/latest:access", bearer(DEPLOY), ""),
                request("GET", "/v1/projects/default/secrets?filter=name:o&pageSize=2", bearer(DEPLOY), ""),
                request(
                        "POST",
                        "/token",
                        null,
                        "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=YQ.YQ.YQ"),
                request("POST", url(DEPLOY, "alpha") + "/x?y=z", null, "body"),
                request("POST", "/call/default/weft/alpha", bearer(INVOKE), "body"));
        FacadeFuzz fuzz = new FacadeFuzz(facade, FacadeSamples.KEYS::get, FacadeSamples.NOW);
        assertThat(fuzz.run(good, request -> request, 10_000, 1)).isBetween(4_000, 9_500);
    }
}
