// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static dev.weft.clouds.ibm.facade.Known.CALLER;
import static dev.weft.clouds.ibm.facade.Known.NOW;
import static dev.weft.clouds.ibm.facade.Known.OWNER;
import static dev.weft.clouds.ibm.facade.Known.came;
import static dev.weft.clouds.ibm.facade.Known.json;
import static dev.weft.clouds.ibm.facade.Known.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.Trace;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Key;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.ibm.Commands;
import dev.weft.clouds.ibm.InvocationDialect;
import dev.weft.clouds.ibm.OpenWhiskHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationTest {
    private static final String ID = "44794bd6aab74415b4e42a308d880e5b";

    private static Activation activation(Key key, boolean resultOnly) {
        return new Activation(new Transaction("t1"), key, "cart", NOW, resultOnly);
    }

    private static Outcome.Result result(@Nullable String type) {
        return new Outcome.Result(type, Headers.none(), Body.empty());
    }

    private static Outcome.Failure failure(Reason reason, String type, String payload) {
        return new Outcome.Failure(
                reason, type, "it broke", payload.getBytes(StandardCharsets.UTF_8), "one line\nanother\n");
    }

    private static FacadeAnswer said(Outcome outcome, String body) {
        return activation(CALLER, false).spoke(came(outcome, body));
    }

    @Test
    void anAnswerIsAWholeRecord() throws InterruptedException {
        FacadeAnswer answer = said(result("application/json"), "{\"hello\": 1.10}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("x-openwhisk-activation-id")).isEqualTo(ID);
        assertThat(answer.headers().first("content-type")).isEqualTo("application/json");
        assertThat(text(answer))
                .isEqualTo(
                        "{\"activationId\":\"" + ID + "\",\"annotations\":[{\"key\":\"path\",\"value\":\"shop/cart\"},"
                                + "{\"key\":\"timeout\",\"value\":false}],\"duration\":42,\"end\":1796029200292,\"logs\":[],"
                                + "\"name\":\"cart\",\"namespace\":\"shop\",\"publish\":false,\"response\":{\"result\":"
                                + "{\"hello\": 1.10},\"size\":15,\"status\":\"success\",\"statusCode\":0,\"success\":true},"
                                + "\"start\":1796029200250,\"subject\":\"ada\",\"version\":\"0.0.1\"}");
    }

    @Test
    void onlyTheResultWhereTheClientAsksForIt() throws InterruptedException {
        FacadeAnswer answer =
                activation(CALLER, true).spoke(came(result("application/json"), "{\"n\":12345678901234567890}"));

        assertThat(text(answer)).isEqualTo("{\"n\":12345678901234567890}");
        assertThat(answer.headers().first("x-openwhisk-activation-id")).isEqualTo(ID);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json | [1,2] | [1,2]",
                "application/json | 7 | {\"result\":7}",
                "application/json | \"a\" | {\"result\":\"a\"}",
                "application/json | null | {\"result\":null}",
                "text/plain | hello ada | {\"contentType\":\"text/plain\",\"result\":\"hello ada\"}",
                "image/png | hi | {\"contentType\":\"image/png\",\"result\":\"aGk=\"}",
                "application/json | {\"a\":1}x | {\"contentType\":\"application/json\",\"result\":\"eyJhIjoxfXg=\"}"
            })
    void whatIsNoObjectIsPutIntoOneAsByTheAdapters(String type, String body, String expected)
            throws InterruptedException {
        assertThat(text(activation(CALLER, true).spoke(came(result(type), body))))
                .isEqualTo(expected);
    }

    @Test
    void nothingIsAnEmptyObject() throws InterruptedException {
        assertThat(text(activation(CALLER, true).spoke(came(result(null), "")))).isEqualTo("{}");
        assertThat(text(activation(CALLER, true).spoke(came(result(null), "x"))))
                .isEqualTo("{\"result\":\"eA==\"}");
    }

    @Test
    void aResultWithAnErrorIsAnApplicationError() throws InterruptedException {
        FacadeAnswer answer = said(
                result("application/json"), "{\"a\":1,\"error\":{\"error\":\"no cart\",\"n\":0.12345678901234567891}}");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(text(answer))
                .contains("\"response\":{\"result\":{\"error\":{\"error\":\"no cart\",\"n\":0.12345678901234567891}},"
                        + "\"size\":56,\"status\":\"application error\",\"statusCode\":1,\"success\":false}");
        assertThat(said(result("application/json"), "{\"a\":{\"error\":1}}").status())
                .isEqualTo(200);
    }

    @Test
    void anActionsOwnFailureKeepsItsWords() throws InterruptedException {
        FacadeAnswer application =
                said(failure(Reason.ERROR, "application error", "{\"error\":\"no cart\",\"more\":1}"), "");
        assertThat(application.status()).isEqualTo(502);
        assertThat(application.headers().first("x-openwhisk-activation-id")).isEqualTo(ID);
        assertThat(json(application).path("response").path("status").asString()).isEqualTo("application error");
        assertThat(json(application).path("response").path("result").toString()).isEqualTo("{\"error\":\"no cart\"}");

        FacadeAnswer developer = said(
                failure(
                        Reason.TIMEOUT,
                        "action developer error",
                        "{\"error\":\"The action exceeded its time limits of 1000 milliseconds.\"}"),
                "");
        assertThat(json(developer).path("response").path("statusCode").asInt()).isEqualTo(2);
        assertThat(json(developer).path("annotations").get(1).path("value").asBoolean())
                .isTrue();
        assertThat(json(developer).path("response").path("result").path("error").asString())
                .isEqualTo("The action exceeded its time limits of 1000 milliseconds.");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void otherContractsFailInOpenWhisksWords(Reason reason) throws InterruptedException {
        FacadeAnswer answer = said(failure(reason, "Runtime.Broken", "{\"errorMessage\":\"it broke\"}"), "");

        assertThat(answer.status()).isEqualTo(502);
        String words =
                switch (reason) {
                    case ERROR -> "{\"errorMessage\":\"it broke\"}";
                    case TIMEOUT -> "\"The action exceeded its time limits.\"";
                    case INIT -> "\"The action failed during initialization: it broke\"";
                    case CRASH -> "\"The action did not produce a valid response and exited unexpectedly.\"";
                    case MEMORY -> "\"The action exhausted its memory and was aborted.\"";
                    case TOO_LARGE -> "\"The action produced a response that exceeded the allowed length.\"";
                    case MALFORMED -> "\"The action did not produce a valid JSON response.\"";
                };
        assertThat(json(answer).path("response").path("result").toString()).isEqualTo("{\"error\":" + words + '}');
        assertThat(json(answer).path("response").path("status").asString())
                .isEqualTo(reason == Reason.ERROR ? "application error" : "action developer error");
    }

    @Test
    void aFailureWithoutAShapeOfItsOwnIsToldByTypeAndMessage() throws InterruptedException {
        assertThat(json(said(failure(Reason.ERROR, "Oops", "plain"), ""))
                        .path("response")
                        .path("result")
                        .toString())
                .isEqualTo("{\"error\":{\"errorType\":\"Oops\",\"errorMessage\":\"it broke: plain\"}}");
        assertThat(json(said(failure(Reason.ERROR, "Oops", ""), ""))
                        .path("response")
                        .path("result")
                        .toString())
                .isEqualTo("{\"error\":{\"errorType\":\"Oops\",\"errorMessage\":\"it broke\"}}");
    }

    @Test
    void whatAFunctionWroteIsForWhoMaySeeIt() throws InterruptedException {
        Outcome failed = failure(Reason.ERROR, "Oops", "");

        assertThat(json(said(failed, "")).path("logs")).isEmpty();
        assertThat(json(activation(OWNER, false).spoke(came(failed, "")))
                        .path("logs")
                        .toString())
                .isEqualTo("[\"one line\",\"another\"]");
        assertThat(text(activation(OWNER, true).spoke(came(failed, "")))).doesNotContain("another");
    }

    @Test
    void aResultHasOpenWhisksLimit() throws InterruptedException {
        String fits = "{\"a\":\"" + "x".repeat(OpenWhiskHost.RESULT_BYTES_MAX - 8) + "\"}";
        assertThat(said(result("application/json"), fits).status()).isEqualTo(200);

        FacadeAnswer answer = said(result("application/json"), fits + ' ');
        assertThat(answer.status()).isEqualTo(502);
        assertThat(json(answer).path("response").path("result").path("error").asString())
                .isEqualTo("The action produced a response that exceeded the allowed length: 1048577 > 1048576 bytes.");
    }

    @Test
    void whatGoesOnWithoutItsCallerIsAccepted() throws InterruptedException {
        FacadeAnswer answer = said(new Outcome.Accepted("theirs"), "");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(text(answer)).isEqualTo("{\"activationId\":\"" + ID + "\"}");
    }

    @ParameterizedTest
    @CsvSource({"UNREACHABLE,503", "ABSENT,503", "BUSY,429", "DENIED,500", "UNKNOWN,500", "TOO_LARGE,413", "INVALID,400"
    })
    void aCloudsTroubleIsToldWithoutDetails(CloudException.Kind kind, int status) throws InterruptedException {
        FacadeAnswer answer = activation(CALLER, false)
                .failed(new CloudException(kind, "on cloud cellar", null, Duration.ofSeconds(3)));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("code").asString()).isEqualTo("t1");
        assertThat(answer.headers().has("x-openwhisk-activation-id")).isFalse();
        if (kind != CloudException.Kind.INVALID) {
            assertThat(text(answer)).doesNotContain("cellar");
        }
        assertThat(answer.headers().first("retry-after")).isEqualTo(kind == CloudException.Kind.BUSY ? "3" : null);
    }

    @Test
    void anAbsentActionIsToldInOpenWhisksWords() throws InterruptedException {
        FacadeAnswer answer = activation(CALLER, false).absent();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(text(answer)).isEqualTo("{\"error\":\"The requested resource does not exist.\",\"code\":\"t1\"}");
    }

    @Test
    void exchangesAreNotWhatWasAskedFor() throws InterruptedException {
        assertThat(said(new Outcome.Response(200, Headers.none(), Body.empty()), "")
                        .status())
                .isEqualTo(500);
    }

    /** Two Wefts, one the other's cloud: what the second makes of the first's answer. */
    private static Outcome heard(FacadeAnswer answer) {
        Call call = new Call.Event(
                new CallContext("7", Trace.start(), 0, Instant.MAX, CallContext.Caller.WEFT),
                "application/json",
                Map.of(),
                Body.empty());
        InvokeDialect.Verdict verdict = new InvocationDialect(false)
                .decode(call, new InvokeDialect.WireHead(answer.status(), answer.headers()));
        if (verdict instanceof InvokeDialect.Verdict.NeedsWhole whole) {
            return whole.outcome().apply(answer.body());
        }
        throw new AssertionError(verdict + " is no outcome");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void weftsOwnDialectHearsWhyAFunctionFailed(Reason reason) throws InterruptedException {
        assertThat(heard(said(failure(reason, "Runtime.Broken", "{\"errorMessage\":\"it broke\"}"), "")))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(reason);
                    assertThat(failure.type())
                            .isEqualTo(reason == Reason.ERROR ? "application error" : "action developer error");
                });
    }

    @Test
    void weftsOwnDialectHearsTheResult() throws InterruptedException {
        assertThat(heard(said(result("application/json"), "{\"hello\":\"ada\"}")))
                .isInstanceOfSatisfying(Outcome.Result.class, result -> {
                    assertThat(Commands.text(result.body())).isEqualTo("{\"hello\":\"ada\"}");
                    assertThat(result.attributes().first("x-openwhisk-activation-id"))
                            .isEqualTo(ID);
                });
    }

    @Test
    void aNumberBeyondAllMeasureIsNoFailureOfWefts() {
        byte[] body = "{\"error\":1e99999999999}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(ActivationResult.of("application/json", body).state()).isEqualTo(ActivationResult.State.APPLICATION);
    }
}
