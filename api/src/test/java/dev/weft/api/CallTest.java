// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CallContext.Caller;
import dev.weft.api.spi.InvokeDialect;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final CallContext CONTEXT = new CallContext("id", Trace.start(), 1, NOON, Caller.WEFT);

    @Test
    void aDeadlineOnlyEverComesNearer() {
        assertThat(CONTEXT.before(NOON.minusSeconds(1)).deadline()).isEqualTo(NOON.minusSeconds(1));
        assertThat(CONTEXT.before(NOON.plusSeconds(1))).isSameAs(CONTEXT);
    }

    @Test
    void anotherBodyChangesNothingElse() {
        Call.Exchange exchange =
                new Call.Exchange(CONTEXT, new RequestLine("GET", "/a", "b=c"), Headers.none(), Body.empty());
        Body other = Body.of(new byte[1]);

        assertThat(exchange.with(other))
                .isEqualTo(new Call.Exchange(CONTEXT, exchange.line(), exchange.headers(), other));
        assertThat(exchange.line().target()).isEqualTo("/a?b=c");
        assertThat(new RequestLine("GET", "/a", null).target()).isEqualTo("/a");
    }

    @Test
    void inAnotherSpanACallsFieldsNameThatSpanAndAllElseStays() {
        Trace span = CONTEXT.trace().child();
        Headers fields = Headers.of("a", "b", "traceparent", CONTEXT.trace().traceparent());
        Call.Exchange exchange = new Call.Exchange(CONTEXT, new RequestLine("GET", "/a", null), fields, Body.empty());
        Call.Event event = new Call.Event(CONTEXT, "text/plain", Map.of("type", "order"), Body.empty());

        assertThat(exchange.in(span).headers().all("traceparent")).containsExactly(span.traceparent());
        assertThat(exchange.in(span).headers().first("a")).isEqualTo("b");
        assertThat(exchange.in(span).context()).isEqualTo(CONTEXT.in(span));
        assertThat(event.in(span))
                .isEqualTo(new Call.Event(CONTEXT.in(span), event.contentType(), event.attributes(), event.body()));
    }

    @Test
    void anEventKeepsItsOwnAttributes() {
        Map<String, String> attributes = new HashMap<>(Map.of("type", "order"));
        Call.Event event = new Call.Event(CONTEXT, null, attributes, Body.empty());
        attributes.clear();

        assertThat(event.attributes()).containsOnlyKeys("type");
        assertThat(event.with(Body.of(new byte[1])).attributes()).isEqualTo(event.attributes());
    }

    @ParameterizedTest
    @CsvSource({
        "UNREACHABLE, ELSEWHERE",
        "ABSENT, ELSEWHERE",
        "BUSY, ELSEWHERE",
        "DENIED, ELSEWHERE",
        "UNKNOWN, IF_IDEMPOTENT",
        "INVALID, NEVER"
    })
    void everyKindOfFailureSaysWhereElseTheCallMayGo(CloudException.Kind kind, CloudException.Retry retry) {
        CloudException failure = new CloudException(kind, "why", null, Duration.ofSeconds(1));

        assertThat(failure.retry()).isEqualTo(retry);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(failure.getStackTrace()).isEmpty();
    }

    @Test
    void secretsAreInNoText() {
        InvokeDialect.Credentials credentials = new InvokeDialect.Credentials(Map.of("key", "hush"));

        assertThat(credentials.toString()).doesNotContain("hush");
    }

    @Test
    void aMistakeReadsLikeACompilersMessage() {
        Mistake.Position position = new Mistake.Position("weft.yaml", 3, 7);

        assertThat(new Mistake(position, "spec.type", "awz", "did you mean 'aws'?"))
                .hasToString("weft.yaml:3:7: spec.type: 'awz': did you mean 'aws'?");
        assertThat(Mistake.at("spec.type", null, "is required")).hasToString("spec.type: is required");
    }
}
