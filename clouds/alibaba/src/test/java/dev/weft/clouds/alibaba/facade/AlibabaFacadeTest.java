// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AlibabaFacadeTest {
    private static final RequestLine CALL = new RequestLine("POST", "/2023-03-30/functions/hello/invocations", null);
    private static final RequestLine LIST = new RequestLine("GET", "/2023-03-30/functions", "prefix=&limit=2");
    private static final byte[] BODY = FacadeSamples.utf8("{}");

    private final AlibabaFacade facade = new AlibabaFacade();

    private Wish read(FacadeRequest request, Instant now) {
        return facade.read(request, FacadeSamples.KEYS::get, now);
    }

    private static FacadeRequest call() {
        return FacadeSamples.signed(FacadeSamples.INVOKE, CALL, "InvokeFunction", BODY);
    }

    private static FacadeRequest with(FacadeRequest request, Headers headers, byte[] body) {
        return new FacadeRequest(request.line(), headers, body, "http", request.authority(), request.callerAddress());
    }

    private static FacadeRequest without(FacadeRequest request, String name) {
        return with(
                request,
                Headers.builder().addAll(request.headers()).remove(name).build(),
                request.body());
    }

    private Wish.Refused refused(FacadeRequest request) {
        return refused(request, FacadeSamples.NOW);
    }

    private Wish.Refused refused(FacadeRequest request, Instant now) {
        Wish wish = read(request, now);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return (Wish.Refused) wish;
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void aSignedCallIsACall() {
        assertThat(read(call(), FacadeSamples.NOW)).isInstanceOfSatisfying(Wish.Invoke.class, call -> {
            assertThat(call.function()).isEqualTo("hello");
            assertThat(call.payload()).isEqualTo(BODY);
            assertThat(call.attributes()).isEmpty();
        });
        assertThat(facade.vendor()).isEqualTo("alibaba");
        assertThat(facade.port()).isEqualTo(8097);
    }

    @ParameterizedTest
    @ValueSource(longs = {-901, 901, 86_400})
    void aDateThatIsFarOffIsRefused(long seconds) {
        Wish.Refused refused = refused(call(), FacadeSamples.NOW.plusSeconds(seconds));
        assertThat(json(refused.answer()).path("Code").asString()).isEqualTo("InvalidTimeStamp.Expired");
        assertThat(refused.proved()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {-900, 900})
    void aDateWithinAQuarterOfAnHourIsGood(long seconds) {
        assertThat(read(call(), FacadeSamples.NOW.plusSeconds(seconds))).isInstanceOf(Wish.Invoke.class);
    }

    @Test
    void anotherBodyThanTheSignedOneIsRefused() {
        FacadeRequest good = call();
        Wish.Refused refused = refused(with(good, good.headers(), FacadeSamples.utf8("{\"a\":2}")));
        assertThat(json(refused.answer()).path("Message").asString()).contains("x-acs-content-sha256");
        assertThat(refused.proved()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "authorization, MissingRequiredHeader",
        "x-acs-date, MissingRequiredHeader",
        "x-acs-content-sha256, MissingRequiredHeader",
        "x-acs-action, MissingRequiredHeader",
        "x-acs-version, MissingRequiredHeader",
        "x-acs-signature-nonce, MissingRequiredHeader"
    })
    void everyFieldThatIsNeededIsAskedFor(String name, String code) {
        Wish.Refused refused = refused(without(call(), name));
        assertThat(refused.answer().status()).isEqualTo(400);
        assertThat(json(refused.answer()).path("Code").asString()).isEqualTo(code);
        assertThat(json(refused.answer()).path("Message").asString().toLowerCase(Locale.ROOT))
                .contains(name);
    }

    @Test
    void aFieldThatWasAddedLaterIsNotTaken() {
        FacadeRequest good = call();
        Headers token = Headers.builder()
                .addAll(good.headers())
                .add("x-acs-security-token", "t")
                .build();
        assertThat(json(refused(with(good, token, BODY)).answer())
                        .path("Message")
                        .asString())
                .isEqualTo("SignedHeaders must name x-acs-security-token");
        Headers twice = Headers.builder()
                .addAll(good.headers())
                .add("X-Acs-Date", "2020-01-01T00:00:00Z")
                .build();
        assertThat(json(refused(with(good, twice, BODY)).answer())
                        .path("Message")
                        .asString())
                .isEqualTo("HTTP header x-acs-date stands there 2 times");
        Headers type = Headers.builder()
                .addAll(good.headers())
                .add("content-type", "text/plain")
                .build();
        assertThat(json(refused(with(good, type, BODY)).answer())
                        .path("Message")
                        .asString())
                .isEqualTo("SignedHeaders must name content-type");
        Wish.Refused temporary = refused(
                FacadeSamples.signed(FacadeSamples.INVOKE, CALL, "InvokeFunction", BODY, "x-acs-security-token", "t"));
        assertThat(json(temporary.answer()).path("Code").asString()).isEqualTo("InvalidSecurityToken");
    }

    @Test
    void whatWasSignedForAnotherRequestIsNotTaken() {
        FacadeRequest good = call();
        RequestLine other = new RequestLine("POST", "/2023-03-30/functions/alpha/invocations", null);
        FacadeRequest moved = new FacadeRequest(other, good.headers(), BODY, "http", good.authority(), "127.0.0.1");
        assertThat(json(refused(moved).answer()).path("Code").asString()).isEqualTo("SignatureNotMatch");
        Headers host = Headers.builder()
                .addAll(good.headers())
                .set("Host", "other.example")
                .build();
        assertThat(json(refused(with(good, host, BODY)).answer()).path("Code").asString())
                .isEqualTo("SignatureNotMatch");
    }

    @Test
    void fieldsMustSayWhatThePathSays() {
        FacadeRequest otherAction = FacadeSamples.signed(FacadeSamples.DEPLOY, CALL, "GetFunction", BODY);
        assertThat(json(refused(otherAction).answer()).path("Message").asString())
                .isEqualTo("x-acs-action is 'GetFunction', but method and path are those of InvokeFunction");
        RequestLine nowhere = new RequestLine("GET", "/2016-08-15/services", null);
        Wish.Refused refused = refused(FacadeSamples.signed(FacadeSamples.DEPLOY, nowhere, "ListServices", BODY));
        assertThat(json(refused.answer()).path("Message").asString())
                .isEqualTo("'GET' against '/2016-08-15/services' is not supported");
        assertThat(refused.proved()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0",
        "limit=101",
        "limit=x",
        "nextToken=%25",
        "nextToken=**",
        "fcVersion=v2",
        "tags=x",
        "prefix=%zz"
    })
    void aListThatCanNotBeToldIsRefused(String query) {
        RequestLine line = new RequestLine("GET", "/2023-03-30/functions", query);
        Wish.Refused refused = refused(FacadeSamples.signed(FacadeSamples.DEPLOY, line, "ListFunctions", BODY));
        assertThat(refused.answer().status()).isIn(400, 501);
        assertThat(refused.proved()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST functions/f/versions | PublishFunctionVersion | {\"nonsense\":1} | 501 NotImplemented | nonsense",
                "POST functions/f/versions | PublishFunctionVersion | [] | 400 InvalidArgument | one JSON object",
                "GET functions/f/versions?direction=UP | ListFunctionVersions | | 400 InvalidArgument | direction",
                "GET functions/f/versions?limit=0 | ListFunctionVersions | | 400 InvalidArgument | limit",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"1a\",\"versionId\":\"1\"} | 400 InvalidArgument | aliasName",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"LATEST\",\"versionId\":\"1\"} | 400 InvalidArgument | LATEST",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"a\"} | 400 InvalidArgument | versionId",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"a\",\"versionId\":\"LATEST\"} | 400 InvalidArgument | versionId",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"a\",\"versionId\":\"1\",\"additionalVersionWeight\":{\"2\":1.5}} | 400 InvalidArgument | additionalVersionWeight",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"a\",\"versionId\":\"1\",\"additionalVersionWeight\":{\"2\":0.1,\"3\":0.1}} | 400 InvalidArgument | one version",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"a\",\"versionId\":\"1\",\"additionalVersionWeight\":7} | 400 InvalidArgument | one version",
                "POST functions/f/aliases | CreateAlias | {\"aliasName\":\"a\",\"versionId\":\"1\",\"other\":7} | 501 NotImplemented | other",
                "PUT functions/f/concurrency | PutConcurrencyConfig | {\"reservedConcurrency\":0} | 400 InvalidArgument | from 1 to 1000",
                "PUT functions/f/concurrency | PutConcurrencyConfig | {\"reservedConcurrency\":1001} | 400 InvalidArgument | got 1001",
                "POST functions/f%2Fx/versions | PublishFunctionVersion | {} | 400 InvalidArgument | functionName",
                "GET functions/f?qualifier=a%2Fb | GetFunction | | 400 InvalidArgument | qualifier",
                "POST functions/f/invocations?qualifier=%20 | InvokeFunction | | 400 InvalidArgument | qualifier",
                "POST tags-v2 | TagResources | {\"ResourceType\":\"function\",\"ResourceId\":[\"f\"]} | 400 InvalidArgument | Tag is required",
                "POST tags-v2 | TagResources | {\"ResourceType\":\"function\",\"ResourceId\":[\"f\",\"g\"],\"Tag\":[{\"Key\":\"a\"}]} | 400 InvalidArgument | one function",
                "POST tags-v2 | TagResources | {\"ResourceType\":\"layer\",\"ResourceId\":[\"f\"],\"Tag\":[{\"Key\":\"a\"}]} | 400 InvalidArgument | ResourceType",
                "DELETE tags-v2?ResourceType=function&ResourceId=%5B%22f%22%5D | UntagResources | | 400 InvalidArgument | TagKey",
                "DELETE tags-v2?ResourceType=function&ResourceId=f&All=true | UntagResources | | 400 InvalidArgument | list in JSON",
                "GET tags-v2?ResourceType=function&NextToken=x | ListTagResources | | 501 NotImplemented | NextToken",
                "GET functions/f/triggers?limit=0 | ListTriggers | | 400 InvalidArgument | limit must be",
                "POST functions/f/triggers | CreateTrigger | [] | 400 InvalidArgument | one JSON object",
                "POST functions/f/triggers | CreateTrigger | {\"triggerType\":\"moon\"} | 400 InvalidArgument | got 'moon'",
                "POST functions/f/triggers | CreateTrigger | {\"triggerType\":\"http\"} | 501 NotImplemented | an HTTPRoute of Weft's gateway",
                "POST functions/f/triggers | CreateTrigger | {\"triggerType\":\"timer\"} | 501 NotImplemented | triggerType timer"
            })
    void whatIsWrongIsToldBeforeAnythingIsChanged(
            String asked, String action, @Nullable String body, String error, String words) {
        String[] parts = asked.replace(" ", " /2023-03-30/").split("[ ?]", 3);
        RequestLine line = new RequestLine(parts[0], parts[1], parts.length == 2 ? null : parts[2]);
        Wish.Refused refused = refused(
                FacadeSamples.signed(FacadeSamples.DEPLOY, line, action, FacadeSamples.utf8(body == null ? "" : body)));
        assertThat(refused.answer().status() + " "
                        + json(refused.answer()).path("Code").asString())
                .isEqualTo(error);
        assertThat(json(refused.answer()).path("Message").asString()).contains(words);
        assertThat(refused.proved()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "BUSY, 429, ResourceThrottled",
        "UNREACHABLE, 503, ServiceUnavailable",
        "ABSENT, 503, ServiceUnavailable",
        "DENIED, 503, ServiceUnavailable",
        "UNKNOWN, 500, InternalServerError",
        "TOO_LARGE, 413, EntityTooLarge",
        "INVALID, 400, InvalidArgument"
    })
    void aCloudThatFailsIsToldInItsWords(CloudException.Kind kind, int status, String code) {
        FacadeAnswer answer = new FcAnswering("hello", "", false)
                .failed(new CloudException(kind, "why", null, Duration.ofSeconds(7)));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("Code").asString()).isEqualTo(code);
        assertThat(json(answer).path("RequestId").asString())
                .isEqualTo(answer.headers().first("x-fc-request-id"));
        assertThat(answer.headers().first("retry-after")).isEqualTo(status == 429 ? "7" : status == 503 ? "1" : null);
    }

    @ParameterizedTest
    @CsvSource({
        "ERROR, UnhandledInvocationError",
        "CRASH, UnhandledInvocationError",
        "TIMEOUT, FunctionTimeoutError",
        "MEMORY, FunctionOOMError",
        "INIT, FunctionNotStarted",
        "TOO_LARGE, BadResponse",
        "MALFORMED, BadResponse"
    })
    void aFunctionThatFailsIsA200OfThisType(Outcome.Failure.Reason reason, String type) {
        FacadeAnswer answer =
                new FcAnswering("hello", "", true).spoke(FacadeSamples.failure(reason, "<html>", "é".repeat(5_000)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("x-fc-error-type")).isEqualTo(type);
        assertThat(json(answer).path("errorMessage").asString()).isEqualTo("boom");
        assertThat(json(answer).path("errorType").asString()).isEqualTo("TypeError");
        String tail = new String(
                Base64.getDecoder().decode(answer.headers().first("x-fc-log-result")), StandardCharsets.UTF_8);
        assertThat(tail).isEqualTo("é".repeat(2048));
    }

    @ParameterizedTest
    @CsvSource({"TOO_LARGE, 413", "STARTING, 503", "BUSY, 429", "BROKEN, 500"})
    void whatIsNotReadIsToldInItsWordsToo(Facade.Unread why, int status) {
        FacadeAnswer answer = facade.unread(CALL, why);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("RequestId").asString()).isNotEmpty();
        assertThat(json(answer).path("Message").asString()).isNotEmpty();
        assertThat(facade.bodyBytesMax(CALL)).isEqualTo(32 << 20);
    }

    private static FacadeRequest wanted(String method, String path, String action, String body) {
        return FacadeSamples.signed(
                FacadeSamples.DEPLOY,
                new RequestLine(method, "/2023-03-30/" + path, null),
                action,
                FacadeSamples.utf8(body));
    }

    @Test
    void whateverComesIsRefusedOrDone() throws Exception {
        List<FacadeRequest> good = List.of(
                call(),
                FacadeSamples.signed(FacadeSamples.DEPLOY, LIST, "ListFunctions", new byte[0]),
                FacadeSamples.signed(
                        FacadeSamples.DEPLOY,
                        new RequestLine("GET", "/2023-03-30/functions/alpha", "qualifier=LATEST"),
                        "GetFunction",
                        new byte[0]),
                wanted("POST", "functions/f/versions", "PublishFunctionVersion", "{\"description\":\"d\"}"),
                wanted("POST", "functions/f/aliases", "CreateAlias", "{\"aliasName\":\"a\",\"versionId\":\"1\"}"),
                wanted("PUT", "functions/f/aliases/a", "UpdateAlias", "{\"additionalVersionWeight\":{\"2\":0.5}}"),
                wanted("PUT", "functions/f/concurrency", "PutConcurrencyConfig", "{\"reservedConcurrency\":3}"),
                wanted(
                        "POST",
                        "tags-v2",
                        "TagResources",
                        "{\"ResourceType\":\"function\",\"ResourceId\":[\"f\"],\"Tag\":[{\"Key\":\"a\"}]}"));
        FacadeFuzz fuzz = new FacadeFuzz(facade, FacadeSamples.KEYS::get, FacadeSamples.NOW);

        assertThat(fuzz.run(good, request -> request, 5_000, 1)).isGreaterThan(4_000);
        Key admin = FacadeSamples.ELSEWHERE;
        assertThat(fuzz.run(good, request -> FacadeSamples.signed(admin, request), 5_000, 2))
                .isGreaterThan(2_500);
    }
}
