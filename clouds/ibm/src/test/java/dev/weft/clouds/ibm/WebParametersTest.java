// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebParametersTest {
    private static final String JSON = "application/json";

    @Test
    void methodPathAndHeadersStandUnderReservedNames() {
        JsonNode parameters = parameters(
                "PUT",
                "/orders/a%20b",
                null,
                Headers.of("Host", "shop.example", "X-A", "1", "x-a", "2", "Cookie", "p=1", "cookie", "q=2"),
                "");

        assertThat(parameters.path("__ow_method").asString()).isEqualTo("put");
        assertThat(parameters.path("__ow_path").asString()).isEqualTo("/orders/a%20b");
        assertThat(parameters.path("__ow_headers").toString())
                .isEqualTo("{\"host\":\"shop.example\",\"x-a\":\"1, 2\",\"cookie\":\"p=1; q=2\"}");
        assertThat(parameters.has("__ow_body")).isFalse();
        assertThat(parameters.has("__ow_query")).isFalse();
    }

    @Test
    void queryParametersAreParametersAndTheLastOfANameWins() {
        JsonNode parameters = parameters("GET", "/", "name=a%20b&x=1&x=2&flag&&e=%zz", Headers.none(), "");

        assertThat(parameters.path("name").asString()).isEqualTo("a b");
        assertThat(parameters.path("x").asString()).isEqualTo("2");
        assertThat(parameters.path("flag").asString("none")).isEmpty();
        assertThat(parameters.path("e").asString()).isEqualTo("%zz");
    }

    @Test
    void aJsonObjectsFieldsAreParametersAndWinOverTheQuery() {
        JsonNode parameters = parameters(
                "POST", "/", "name=bob&left=1", typed("Application/JSON; charset=utf-8"), "{\"name\":\"ada\",\"n\":1}");

        assertThat(parameters.path("name").asString()).isEqualTo("ada");
        assertThat(parameters.path("left").asString()).isEqualTo("1");
        assertThat(parameters.path("n").asInt()).isEqualTo(1);
        assertThat(parameters.has("__ow_body")).isFalse();
    }

    @Test
    void anyOtherJsonValueIsTheBody() {
        assertThat(parameters("POST", "/", null, typed("application/vnd.x+json"), "[1,2]")
                        .path("__ow_body")
                        .toString())
                .isEqualTo("[1,2]");
    }

    @Test
    void aFormsFieldsAreParameters() {
        JsonNode parameters =
                parameters("POST", "/", null, typed("application/x-www-form-urlencoded"), "name=ada+l&x=1&x=2");

        assertThat(parameters.path("name").asString()).isEqualTo("ada l");
        assertThat(parameters.path("x").asString()).isEqualTo("2");
    }

    @Test
    void aTextIsTheBodyAsItIsAndAnythingElseInBase64() {
        String base64 = Base64.getEncoder().encodeToString("hé".getBytes(StandardCharsets.UTF_8));

        assertThat(body(typed("text/plain"))).isEqualTo("hé");
        assertThat(body(typed("application/xml"))).isEqualTo("hé");
        assertThat(body(typed("application/atom+xml"))).isEqualTo("hé");
        assertThat(body(typed("image/svg+xml"))).isEqualTo(base64);
        assertThat(body(typed("application/octet-stream"))).isEqualTo(base64);
        assertThat(body(typed("multipart/form-data; boundary=x"))).isEqualTo(base64);
        assertThat(body(Headers.none())).isEqualTo(base64);
    }

    @Test
    void aBodyThatIsNotTheJsonItSaysItIsIsRefused() {
        assertThatThrownBy(() -> parameters("POST", "/", null, typed(JSON), "{"))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.INVALID))
                .hasMessageContaining("content type");
    }

    @Test
    void reservedParametersMayNotBeSet() {
        assertThatThrownBy(() -> parameters("GET", "/", "__ow_user=root", Headers.none(), ""))
                .hasMessageContaining("not allowed")
                .hasMessageContaining("__ow_user");
        assertThatThrownBy(() -> parameters("POST", "/", null, typed(JSON), "{\"__ow_path\":\"/x\"}"))
                .hasMessageContaining("__ow_path");
    }

    private static String body(Headers headers) {
        return parameters("POST", "/", null, headers, "hé").path("__ow_body").asString();
    }

    private static Headers typed(String contentType) {
        return Headers.of("content-type", contentType);
    }

    private static JsonNode parameters(
            String method, String path, @Nullable String query, Headers headers, String body) {
        Call.Exchange exchange = new Call.Exchange(
                new CallContext("id", Trace.start(), 0, Instant.EPOCH, CallContext.Caller.WEFT),
                new RequestLine(method, path, query),
                headers,
                Body.empty());
        return JsonMapper.shared().readTree(WebParameters.of(exchange, body.getBytes(StandardCharsets.UTF_8)));
    }
}
