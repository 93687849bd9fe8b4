// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FcErrorsTest {
    private static final RestRequest REQUEST = RestRequest.of("GetFunction", "GET", URI.create("https://fc.example/"));

    private static RestErrors.Said read(int status, String body) {
        return new FcErrors()
                .read(
                        REQUEST,
                        new RestResponse(
                                status, Map.of("x-fc-request-id", "by-field"), body.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "404, FunctionNotFound, ABSENT, ''",
        "404, AliasNotFound, ABSENT, ''",
        "429, ResourceThrottled, BUSY, quota",
        "503, ResourceExhausted, BUSY, quota",
        "400, Throttling.User, BUSY, ''",
        "409, ConcurrentUpdateError, BUSY, ''",
        "403, AccessDenied, DENIED, weft permissions",
        "403, SignatureNotMatch, DENIED, clock",
        "403, InvalidAccessKeyID, DENIED, disabled",
        "400, InvalidSecurityToken, DENIED, renew",
        "400, EntityTooLarge, TOO_LARGE, too large",
        "409, FunctionAlreadyExists, INVALID, ''",
        "412, FunctionNotEmpty, INVALID, ''",
        "400, InvalidArgument, INVALID, ''",
        "500, InternalServerError, UNKNOWN, ''"
    })
    void eachCodeHasAKindAndAdvice(int status, String code, Kind kind, String advice) {
        RestErrors.Said said =
                read(status, "{\"RequestId\":\"r-1\",\"Code\":\"" + code + "\",\"Message\":\"their words\"}");
        assertThat(said.kind()).isEqualTo(kind);
        assertThat(said.code()).isEqualTo(code);
        assertThat(said.words()).isEqualTo("their words");
        assertThat(said.requestId()).isEqualTo("r-1");
        if (advice.isEmpty()) {
            assertThat(said.advice()).isNull();
        } else {
            assertThat(said.advice()).contains(advice);
        }
    }

    @Test
    void whatIsNoJsonIsCutAndKept() {
        RestErrors.Said said = read(502, "<html>" + "x".repeat(2000));
        assertThat(said.kind()).isEqualTo(Kind.UNKNOWN);
        assertThat(said.words()).startsWith("<html>").hasSizeLessThan(600);
        assertThat(said.requestId()).isEqualTo("by-field");
    }
}
