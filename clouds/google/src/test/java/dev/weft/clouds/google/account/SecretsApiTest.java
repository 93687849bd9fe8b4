// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretsApiTest {
    private final List<RestRequest> sent = new ArrayList<>();

    private SecretsApi answering(int status, String json) {
        RestClient client = new RestClient(
                request -> {
                    sent.add(request);
                    return new RestResponse(status, Map.of(), json.getBytes(StandardCharsets.UTF_8));
                },
                (request, now) -> request,
                new GoogleErrors(),
                InstantSource.system(),
                time -> {});
        return new SecretsApi(
                new GoogleProject("shop-12345", "europe-west1", null, false, URI.create("https://google.example")),
                client);
    }

    @Test
    void aListThatDoesNotEndIsAnErrorAndNotAPart() {
        SecretsApi api = answering(200, "{\"secrets\":[{\"name\":\"a\"}],\"nextPageToken\":\"more\"}");
        assertThatThrownBy(() -> api.list("weft_"))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.INVALID))
                .hasMessageContaining("more than 10000 entries");
        assertThat(sent).hasSize(SecretsApi.PAGES_MAX);
        assertThat(sent.getLast().uri().getQuery()).isEqualTo("pageSize=250&filter=name:weft_&pageToken=more");
    }

    @Test
    void aValueThatGoogleRepeatsIsNotRepeatedByUs() {
        SecretsApi api = answering(
                400,
                "{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\",\"message\":\"'hush-hush' (aHVzaC1odXNo) is wrong\"}}");
        assertThatThrownBy(() -> api.add("weft_x", "hush-hush"))
                .hasMessageContaining("'(secret)' ((secret)) is wrong")
                .hasNoCause();
        assertThat(sent.toString()).doesNotContain("hush", "aHVz");
    }
}
