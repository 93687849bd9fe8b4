// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoogleErrorsTest {
    private static RestErrors.Said read(int status, String body) {
        return new GoogleErrors()
                .read(
                        RestRequest.of("GetFunction", "GET", URI.create("https://cloudfunctions.googleapis.com/v2/x")),
                        new RestResponse(
                                status,
                                Map.of("x-guploader-uploadid", "upload-1"),
                                body.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "404, NOT_FOUND, ABSENT",
        "403, PERMISSION_DENIED, DENIED",
        "401, UNAUTHENTICATED, DENIED",
        "429, RESOURCE_EXHAUSTED, BUSY",
        "503, UNAVAILABLE, BUSY",
        "409, ABORTED, BUSY",
        "409, ALREADY_EXISTS, INVALID",
        "400, INVALID_ARGUMENT, INVALID",
        "400, FAILED_PRECONDITION, INVALID",
        "500, INTERNAL, UNKNOWN",
        "504, DEADLINE_EXCEEDED, UNKNOWN",
        "418, SOMETHING_NEW, INVALID",
    })
    void everyStatusHasItsKind(int status, String code, String kind) {
        RestErrors.Said said = read(
                status, "{\"error\":{\"code\":%d,\"status\":\"%s\",\"message\":\"words\"}}".formatted(status, code));
        assertThat(said.kind()).isEqualTo(CloudException.Kind.valueOf(kind));
        assertThat(said.code()).isEqualTo(code);
        assertThat(said.words()).isEqualTo("words");
    }

    @Test
    void anApiThatIsOffComesWithTheCommandThatTurnsItOn() {
        RestErrors.Said said = read(403, """
                {"error":{"code":403,"status":"PERMISSION_DENIED","message":"Cloud Functions API has not been used",
                 "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"SERVICE_DISABLED"},
                  {"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"request-7"}]}}""");
        assertThat(said.code()).isEqualTo("PERMISSION_DENIED SERVICE_DISABLED");
        assertThat(said.requestId()).isEqualTo("request-7");
        assertThat(said.advice()).contains("gcloud services enable cloudfunctions.googleapis.com");
    }

    @Test
    void whoMayNotActAsTheFunctionsAccountIsToldWhichRole() {
        RestErrors.Said said = read(
                403,
                "{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"message\":\"Permission"
                        + " 'iam.serviceaccounts.actAs' denied on service account x\"}}");
        assertThat(said.advice()).contains("roles/iam.serviceAccountUser");
    }

    @Test
    void storageSpeaksXmlAndTheTokenEndpointSpeaksOAuth() {
        RestErrors.Said storage = read(
                403,
                "<?xml version='1.0' encoding='UTF-8'?><Error><Code>SignatureDoesNotMatch</Code><Message>no</Message>"
                        + "</Error>");
        assertThat(storage)
                .isEqualTo(new RestErrors.Said(
                        CloudException.Kind.DENIED, "SignatureDoesNotMatch", "no", "upload-1", null));
        RestErrors.Said oauth = read(400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT\"}");
        assertThat(oauth.kind()).isEqualTo(CloudException.Kind.DENIED);
        assertThat(oauth.words()).isEqualTo("Invalid JWT");
        assertThat(FunctionsApi.storageErrors()
                        .read(
                                RestRequest.of("UploadSource", "PUT", URI.create("https://storage.googleapis.com/x")),
                                new RestResponse(403, Map.of(), new byte[0]))
                        .kind())
                .isEqualTo(CloudException.Kind.BUSY);
    }

    @Test
    void aPageInHtmlIsNotToldToAnybody() {
        RestErrors.Said said = read(502, "<html><body>Bad gateway</body></html>");
        assertThat(said.kind()).isEqualTo(CloudException.Kind.UNKNOWN);
        assertThat(said.words()).isEmpty();
    }
}
