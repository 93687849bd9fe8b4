// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

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

class KubeErrorsTest {
    private static RestErrors.Said read(int status, String body) {
        URI uri = URI.create("https://k.example/apis/serving.knative.dev/v1/namespaces/default/services");
        return new KubeErrors()
                .read(
                        RestRequest.of("list services", "GET", uri),
                        new RestResponse(status, Map.of("audit-id", "a-1"), body.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({
        "401, Unauthorized, DENIED, log in again",
        "403, Forbidden, DENIED, weft permissions",
        "404, NotFound, ABSENT, ''",
        "409, Conflict, INVALID, plan again",
        "409, AlreadyExists, INVALID, ''",
        "422, Invalid, INVALID, ''",
        "400, BadRequest, INVALID, ''",
        "413, RequestEntityTooLarge, TOO_LARGE, ''",
        "429, TooManyRequests, BUSY, ''",
        "503, ServiceUnavailable, BUSY, ''",
        "504, ServerTimeout, BUSY, ''",
        "500, InternalError, UNKNOWN, ''"
    })
    void eachReasonHasAKindAndAdvice(int status, String reason, Kind kind, String advice) {
        RestErrors.Said said =
                read(status, "{\"kind\":\"Status\",\"reason\":\"" + reason + "\",\"message\":\"their words\"}");
        assertThat(said.kind()).isEqualTo(kind);
        assertThat(said.code()).isEqualTo(reason);
        assertThat(said.words()).isEqualTo("their words");
        assertThat(said.requestId()).isEqualTo("a-1");
        if (advice.isEmpty()) {
            assertThat(said.advice()).isNull();
        } else {
            assertThat(said.advice()).contains(advice);
        }
    }

    @Test
    void aClusterWithoutKnativeIsSaidSo() {
        RestErrors.Said said = read(404, "404 page not found\n");
        assertThat(said.kind()).isEqualTo(Kind.INVALID);
        assertThat(said.words()).isEqualTo("404 page not found");
        assertThat(said.advice()).contains("not installed");
    }
}
