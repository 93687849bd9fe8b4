// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorsTest {
    private static RestErrors.Said said(RestErrors errors, int status, String body, Map<String, String> headers) {
        return errors.read(
                RestRequest.of("GetFunction", "GET", URI.create("http://there/x")),
                new RestResponse(status, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "400, InvalidParameter, INVALID,",
        "400, LimitExceeded, INVALID, higher service limit",
        "401, NotAuthenticated, DENIED, this machine's clock",
        "404, NotAuthorizedOrNotFound, ABSENT, policy",
        "409, IncorrectState, BUSY,",
        "409, NotAuthorizedOrResourceAlreadyExists, INVALID,",
        "412, NoEtagMatch, INVALID, plan again",
        "429, TooManyRequests, BUSY,",
        "500, InternalServerError, UNKNOWN,",
        "503, ServiceUnavailable, BUSY,",
    })
    void ocis(int status, String code, Kind kind, @Nullable String advice) {
        RestErrors.Said said = said(
                new OciErrors(),
                status,
                "{\"code\":\"" + code + "\",\"message\":\"its words\"}",
                Map.of("opc-request-id", "r-1"));
        assertThat(said.kind()).isEqualTo(kind);
        assertThat(said.code()).isEqualTo(code);
        assertThat(said.words()).isEqualTo("its words");
        assertThat(said.requestId()).isEqualTo("r-1");
        if (advice == null) {
            assertThat(said.advice()).isNull();
        } else {
            assertThat(said.advice()).contains(advice);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, INVALID,",
        "401, DENIED, FN_TOKEN",
        "403, DENIED, FN_TOKEN",
        "404, ABSENT,",
        "409, INVALID,",
        "500, UNKNOWN,",
        "503, BUSY,"
    })
    void aFnServers(int status, Kind kind, @Nullable String advice) {
        RestErrors.Said said = said(new FnErrors(), status, "{\"message\":\"its words\"}", Map.of());
        assertThat(said.kind()).isEqualTo(kind);
        assertThat(said.words()).isEqualTo("its words");
        assertThat(said.requestId()).isNull();
        if (advice == null) {
            assertThat(said.advice()).isNull();
        } else {
            assertThat(said.advice()).contains(advice);
        }
    }

    @ParameterizedTest
    @CsvSource({"502, UNKNOWN", "404, ABSENT"})
    void whatIsNotJsonIsReadByItsStatus(int status, Kind kind) {
        for (RestErrors errors : new RestErrors[] {new OciErrors(), new FnErrors()}) {
            assertThat(said(errors, status, "<html>", Map.of()))
                    .isEqualTo(new RestErrors.Said(kind, "", "", null, null));
        }
    }
}
