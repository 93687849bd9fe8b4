// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciDialectTest {
    private static final String ID = "ocid1.fnfunc.oc1.eu-frankfurt-1.aaaa";
    private static final InvokeDialect.Target TARGET = new InvokeDialect.Target(
            URI.create("https://abc.eu-frankfurt-1.functions.oci.oraclecloud.com"),
            "one",
            "eu-frankfurt-1",
            Map.of(OciDialect.FUNCTION_ID, ID));
    private static KeyPair key;
    private static InvokeDialect.Credentials credentials = InvokeDialect.Credentials.NONE;

    private final OciDialect dialect = new OciDialect();

    @BeforeAll
    static void makeKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        key = generator.generateKeyPair();
        credentials = new InvokeDialect.Credentials(
                Map.of(OciDialect.KEY_ID, "t/u/f", OciDialect.KEY, OciSignature.encoded(key.getPrivate())));
    }

    private InvokeDialect.WireRequest encoded(Call call) {
        return dialect.encode(call, TARGET, credentials, Calls.NOW);
    }

    @Test
    void anExchangeIsASignedInvokeInTheFieldsOfAGateway() {
        InvokeDialect.WireRequest request = encoded(Calls.exchange("hello", "x-one", "1", "idempotency-key", "k"));
        Headers headers = request.headers();

        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.target()).isEqualTo("/20181201/functions/" + ID + "/actions/invoke");
        assertThat(headers.first("fn-intent")).isEqualTo("httprequest");
        assertThat(headers.first("fn-invoke-type")).isEqualTo("sync");
        assertThat(headers.first("opc-request-id")).isEqualTo("id-1");
        assertThat(headers.first("Fn-Http-Method")).isEqualTo("PUT");
        assertThat(headers.first("Fn-Http-Request-Url")).isEqualTo("https://shop.example/a%20b?q=1");
        assertThat(headers.first("Fn-Http-H-Idempotency-Key")).isEqualTo("k");
        assertThat(headers.first("Fn-Http-H-Traceparent")).isEqualTo(Calls.TRACE.traceparent());
        assertThat(Calls.text(request.body())).isEqualTo("hello");
    }

    @Test
    void theSignatureIsOfWhatIsSent() throws GeneralSecurityException {
        InvokeDialect.WireRequest request = encoded(Calls.event("text/plain", Map.of("date", "never"), "hello"));
        Headers headers = request.headers();
        assertThat(headers.all("date")).containsExactly("Mon, 23 Nov 2026 10:00:00 GMT");
        String text = "date: Mon, 23 Nov 2026 10:00:00 GMT\n"
                + "(request-target): post " + request.target() + "\n"
                + "host: abc.eu-frankfurt-1.functions.oci.oraclecloud.com\n"
                + "content-length: 5\n"
                + "content-type: text/plain\n"
                + "x-content-sha256: LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
        String authorization = Objects.requireNonNull(headers.first("authorization"));
        assertThat(authorization)
                .startsWith(
                        "Signature version=\"1\",keyId=\"t/u/f\",algorithm=\"rsa-sha256\",headers=\"date (request-target)"
                                + " host content-length content-type x-content-sha256\",signature=\"");
        Signature rsa = Signature.getInstance("SHA256withRSA");
        rsa.initVerify(key.getPublic());
        rsa.update(text.getBytes(StandardCharsets.UTF_8));
        String signature = authorization.substring(
                authorization.lastIndexOf("signature=\"") + "signature=\"".length(), authorization.length() - 1);
        assertThat(rsa.verify(Base64.getDecoder().decode(signature))).isTrue();
        assertThat(headers.first("host")).isEqualTo("abc.eu-frankfurt-1.functions.oci.oraclecloud.com");
        assertThat(headers.first("x-content-sha256")).isEqualTo("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
    }

    @Test
    void aBodyMustBeWholeAndWithinOcisLimit() {
        assertThat(dialect.bodyNeed(Calls.exchange(""))).isEqualTo(new InvokeDialect.BodyNeed.Whole(6 << 20));
        assertThatThrownBy(() -> encoded(Calls.exchange("x".repeat((6 << 20) + 1))))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.TOO_LARGE));
    }

    @Test
    void withoutCredentialsTheCallIsDeniedBeforeItIsSent() {
        assertThatThrownBy(() -> dialect.encode(Calls.exchange(""), TARGET, InvokeDialect.Credentials.NONE, Calls.NOW))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.DENIED));
    }

    @Test
    void anEventForLaterIsDetachedAndAccepted() {
        Call later = Calls.event("application/cloudevents+json", Map.of("weft-async", "true"), "{}");
        assertThat(encoded(later).headers().first("fn-invoke-type")).isEqualTo("detached");
        Call again = Calls.event("application/cloudevents+json", Map.of("weft-async", "true"), "{}");
        assertThat(encoded(again).headers().first("fn-intent")).isEqualTo("cloudevent");
        assertThat(Calls.answered(dialect, later, 202, "", "opc-request-id", "r-1"))
                .isEqualTo(new Outcome.Accepted("r-1"));
    }

    @Test
    void aFunctionsAnswerIsTakenOutOfItsFields() {
        Outcome.Response response = (Outcome.Response)
                Calls.answered(dialect, Calls.exchange(""), 200, "no", "Fn-Http-Status", "504", "Fn-Http-H-X-Two", "2");
        assertThat(response.status()).isEqualTo(504);
        assertThat(response.headers().first("X-Two")).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource({
        "502, FunctionInvokeExecutionFailed, ERROR",
        "502, FunctionInvokeExecutionError, CRASH",
        "502, FunctionInvokeInvalidResponse, MALFORMED",
        "502, FunctionInvokeResponseBodyTooLarge, TOO_LARGE",
        "502, FunctionInvokeContainerInitFail, INIT",
        "502, FunctionInvokeImageNotAvailable, INIT",
        "502, FunctionInvokeSubnetNotAvailable, INIT",
        "504, FunctionInvokeTimeout, TIMEOUT",
        "504, FunctionInvokeContainerInitTimeout, INIT",
        "502, SomethingNew, CRASH",
        "504, SomethingNew, TIMEOUT",
    })
    void aFunctionThatFailedIsAnOutcome(int status, String code, Reason reason) {
        String body = "{\"code\":\"" + code + "\",\"message\":\"words\"}";
        Outcome.Failure failure =
                (Outcome.Failure) Calls.answered(dialect, Calls.exchange(""), status, body, "opc-request-id", "r-1");
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure.type()).isEqualTo(code);
        assertThat(failure.message()).isEqualTo("words (request r-1)");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8)).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID",
        "401, DENIED",
        "404, ABSENT",
        "409, BUSY",
        "413, TOO_LARGE",
        "429, BUSY",
        "500, UNKNOWN",
        "503, BUSY"
    })
    void aCloudThatFailedSaysWhetherTheCallMayHaveRun(int status, CloudException.Kind kind) {
        assertThat(Calls.failed(dialect, Calls.exchange(""), status, "{}", "opc-request-id", "r-1"))
                .isEqualTo(kind);
    }

    @Test
    void aProxysBareStatusIsUnknown() {
        assertThat(Calls.failed(dialect, Calls.exchange(""), 502, "<html>")).isEqualTo(CloudException.Kind.UNKNOWN);
    }
}
