// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactedTest {
    @Test
    void whatProvesWhoACallerIsIsRedacted() {
        for (String name : List.of(
                "Authorization",
                "Proxy-Authorization",
                "Cookie",
                "X-Api-Key",
                "apikey",
                "Api_Key",
                "x-functions-key",
                "Ocp-Apim-Subscription-Key",
                "X-Amz-Security-Token",
                "X-CSRF-Token",
                "X-Hub-Signature-256",
                "X-Session-Id",
                "X-Secret",
                "My-Password",
                "X-JWT",
                "Key")) {
            assertThat(Redacted.fields(Headers.of(name, "hush"))).as(name).containsExactly(Map.entry(name, "redacted"));
        }
    }

    @Test
    void otherFieldsStayAndTheWaysOwnAreLeftOut() {
        Headers headers = Headers.builder()
                .add("Host", "a.example")
                .add("X-Tenant", "a")
                .add("x-tenant", "b")
                .add("X-Forwarded-For", "10.0.0.1")
                .add("traceparent", "00-1")
                .add("Weft-Hops", "1")
                .add("Monkey", "business")
                .add("Accept-Encoding", "gzip")
                .build();
        assertThat(Redacted.fields(headers))
                .containsExactly(
                        Map.entry("X-Tenant", "a"),
                        Map.entry("x-tenant", "b"),
                        Map.entry("Monkey", "business"),
                        Map.entry("Accept-Encoding", "gzip"));
    }

    @Test
    void aQueryKeepsItsShape() {
        assertThat(Redacted.query(null)).isNull();
        assertThat(Redacted.query("")).isEmpty();
        assertThat(Redacted.query("a=1&code=x%3D&a=2&&flag&api_key=y&Sig=z&zip-code=1&encoded=2"))
                .isEqualTo("a=1&code=redacted&a=2&&flag&api_key=redacted&Sig=redacted&zip-code=redacted&encoded=2");
    }
}
