// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FnServerDialectTest {
    private static final InvokeDialect.Target TARGET = new InvokeDialect.Target(
            URI.create("http://fn.example:8080"), "one", "", Map.of(FnServerDialect.FUNCTION_ID, "01FN"));

    private final FnServerDialect dialect = new FnServerDialect();

    private Headers sent(Call call) {
        return dialect.encode(call, TARGET, InvokeDialect.Credentials.NONE, Calls.NOW)
                .headers();
    }

    @Test
    void anExchangeIsAnInvokeInTheFieldsOfATrigger() {
        Call call = Calls.exchange("hello", "x-one", "1", "idempotency-key", "k", "connection", "close");
        InvokeDialect.WireRequest request = dialect.encode(call, TARGET, InvokeDialect.Credentials.NONE, Calls.NOW);

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/invoke/01FN");
        assertThat(request.body()).isSameAs(call.body());
        assertThat(request.headers().first("Host")).isEqualTo("fn.example:8080");
        assertThat(request.headers().first("Fn-Intent")).isEqualTo("httprequest");
        assertThat(request.headers().first("Fn-Http-Method")).isEqualTo("PUT");
        assertThat(request.headers().first("Fn-Http-Request-Url")).isEqualTo("https://shop.example/a%20b?q=1");
        assertThat(request.headers().first("Fn-Http-H-X-One")).isEqualTo("1");
        assertThat(request.headers().first("Fn-Http-H-Idempotency-Key")).isEqualTo("k");
        assertThat(request.headers().first("Fn-Http-H-Traceparent")).isEqualTo(Calls.TRACE.traceparent());
        assertThat(request.headers().has("Fn-Http-H-Connection")).isFalse();
        assertThat(request.headers().has("Fn-Invoke-Type")).isFalse();
        assertThat(dialect.bodyNeed(call)).isInstanceOf(InvokeDialect.BodyNeed.Stream.class);
    }

    @Test
    void anEventIsAPlainInvokeWithItsKeyAndTrace() {
        Headers sent = sent(Calls.event("text/plain", Map.of("idempotency-key", "k", "type", "made"), "x"));

        assertThat(sent.has("Fn-Intent")).isFalse();
        assertThat(sent.first("Content-Type")).isEqualTo("text/plain");
        assertThat(sent.first("Idempotency-Key")).isEqualTo("k");
        assertThat(sent.first("Traceparent")).isEqualTo(Calls.TRACE.traceparent());
    }

    @Test
    void aTokenIsSentAndACallersAuthorizationIsNoTokenForTheServer() {
        Call event = Calls.event(null, Map.of("authorization", "mine"), "");
        InvokeDialect.Credentials token = new InvokeDialect.Credentials(Map.of(FnServerDialect.TOKEN, "secret"));

        assertThat(sent(event).has("Authorization")).isFalse();
        assertThat(dialect.encode(event, TARGET, token, Calls.NOW).headers().all("Authorization"))
                .containsExactly("Bearer secret");
        assertThat(sent(Calls.exchange("", "authorization", "Basic x")).first("Fn-Http-H-Authorization"))
                .isEqualTo("Basic x");
    }

    @Test
    void aBasePathStaysBeforeTheCall() {
        InvokeDialect.Target below = new InvokeDialect.Target(
                URI.create("https://corp.example/fn"), "one", "", Map.of(FnServerDialect.FUNCTION_ID, "01FN"));
        assertThat(dialect.encode(Calls.exchange(""), below, InvokeDialect.Credentials.NONE, Calls.NOW)
                        .target())
                .isEqualTo("/fn/invoke/01FN");
    }

    @Test
    void aFunctionsAnswerIsTakenOutOfItsFields() {
        Outcome.Response response = (Outcome.Response) Calls.answered(
                dialect,
                Calls.exchange(""),
                200,
                "gone",
                "Fn-Call-Id",
                "call-1",
                "Fn-Http-Status",
                "410",
                "Fn-Http-H-X-Two",
                "2",
                "Content-Type",
                "text/plain");

        assertThat(response.status()).isEqualTo(410);
        assertThat(response.headers().first("X-Two")).isEqualTo("2");
        assertThat(response.headers().first("Fn-Call-Id")).isEqualTo("call-1");
        assertThat(Calls.text(response.body())).isEqualTo("gone");
    }

    /** The danger of a trigger: here it is the function's own, for it stands in a field. */
    @ParameterizedTest
    @CsvSource({"502, 502", "504, 504", "503, 502"})
    void aStatusOfTheFunctionsOwnIsNoFailureOfTheServer(String asked, int status) {
        Outcome outcome = Calls.answered(
                dialect,
                Calls.exchange(""),
                200,
                "{\"message\":\"function failed\"}",
                "Fn-Call-Id",
                "call-1",
                "Fn-Http-Status",
                asked);
        assertThat(((Outcome.Response) outcome).status()).isEqualTo(status);
    }

    @Test
    void anEventsAnswerIsAResult() {
        Outcome.Result result = (Outcome.Result)
                Calls.answered(dialect, Calls.event(null, Map.of(), ""), 200, "42", "Content-Type", "application/json");
        assertThat(result.contentType()).isEqualTo("application/json");
        assertThat(Calls.text(result.body())).isEqualTo("42");
    }

    @ParameterizedTest
    @CsvSource({"200", "202"})
    void anEventForLaterIsDetachedAndAccepted(int status) {
        Call later = Calls.event(null, Map.of("weft-async", "true"), "x");
        assertThat(sent(later).first("Fn-Invoke-Type")).isEqualTo("detached");
        assertThat(sent(later).has("Weft-Async")).isFalse();
        assertThat(Calls.answered(dialect, later, status, "", "Fn-Call-Id", "call-1"))
                .isEqualTo(new Outcome.Accepted("call-1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "502 | function failed | ERROR",
                "502 | error receiving function response | CRASH",
                "502 | invalid function response | MALFORMED",
                "502 | function response body too large | TOO_LARGE",
                "502 | function response too large | TOO_LARGE",
                "502 | function response header too large | TOO_LARGE",
                "502 | Container failed to initialize, please ensure you are using the latest fdk / format | INIT",
                "504 | Container initialization timed out, please ensure you are using the latest fdk | INIT",
                "504 | Image pull timed out | INIT",
                "504 | Timed out | TIMEOUT",
                "502 | words of tomorrow | CRASH",
                "504 | words of tomorrow | TIMEOUT",
            })
    void aFunctionThatFailedIsAnOutcome(int status, String message, Reason reason) {
        Outcome.Failure failure = (Outcome.Failure) Calls.answered(
                dialect, Calls.exchange(""), status, "{\"message\":\"" + message + "\"}", "Fn-Call-Id", "call-1");
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.message()).contains(message.split(",", 2)[0].split(" response", 2)[0]);
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID",
        "401, DENIED",
        "403, DENIED",
        "404, ABSENT",
        "413, TOO_LARGE",
        "429, BUSY",
        "503, BUSY",
        "500, UNKNOWN"
    })
    void aCloudThatFailedSaysWhetherTheCallMayHaveRun(int status, CloudException.Kind kind) {
        assertThat(Calls.failed(dialect, Calls.exchange(""), status, "{\"message\":\"x\"}", "Fn-Call-Id", "call-1"))
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"502", "504"})
    void aProxysBareStatusIsUnknown(int status) {
        assertThat(Calls.failed(dialect, Calls.exchange(""), status, "<html>Bad Gateway</html>"))
                .isEqualTo(CloudException.Kind.UNKNOWN);
    }

    @Test
    void aBusyServerSaysWhenToComeBack() {
        InvokeDialect.Verdict verdict =
                dialect.decode(Calls.exchange(""), new InvokeDialect.WireHead(503, Headers.of("Retry-After", "7")));
        assertThat(((InvokeDialect.Verdict.CloudFailed) verdict).why().retryAfter())
                .isEqualTo(Duration.ofSeconds(7));
    }
}
