// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GrpcTest {
    @Test
    void gRpcIsKnownByItsContentTypeAndGrpcWebIsNotIt() {
        assertThat(Grpc.asked(Headers.of("content-type", "application/grpc"))).isTrue();
        assertThat(Grpc.asked(Headers.of("content-type", "application/grpc+proto")))
                .isTrue();
        assertThat(Grpc.asked(Headers.of("content-type", "application/grpc-web")))
                .isFalse();
        assertThat(Grpc.asked(Headers.of("content-type", "application/json"))).isFalse();
        assertThat(Grpc.asked(Headers.none())).isFalse();
    }

    @Test
    void everyFailureOfOursHasItsCode() {
        assertThat(code(new CloudException(CloudException.Kind.BUSY, "full", null)))
                .isEqualTo("14");
        assertThat(code(new CloudException(CloudException.Kind.UNREACHABLE, "gone", null)))
                .isEqualTo("14");
        // it may have run: not the code upon which clients try again by themselves
        assertThat(code(new CloudException(CloudException.Kind.UNKNOWN, "silent", null)))
                .isEqualTo("13");
        assertThat(code(new CloudException(CloudException.Kind.TOO_LARGE, "big", null)))
                .isEqualTo("8");
        assertThat(code(new CloudException(CloudException.Kind.INVALID, "odd", null)))
                .isEqualTo("3");
        assertThat(code(Outcome.Failure.Reason.TIMEOUT)).isEqualTo("4");
        assertThat(code(Outcome.Failure.Reason.CRASH)).isEqualTo("13");
        assertThat(code(new Decision.Refuse(404, "no-route", "no route matches /x")))
                .isEqualTo("12");
        assertThat(code(new Decision.Refuse(508, "loop", "too many hops"))).isEqualTo("13");
        assertThat(code(new Decision.Refuse(429, "rate", "too fast"))).isEqualTo("8");
    }

    @Test
    void theMessageIsPercentEncodedAndTheAnswerIsOnlyAHead() {
        Answer answer = Grpc.instead(Answer.of(new Decision.Refuse(404, "no-route", "100% größer\n"), "id"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("grpc-message")).isEqualTo("100%25 gr%C3%B6%C3%9Fer%0A");
        assertThat(answer.headers().first("content-type")).isEqualTo("application/grpc");
        assertThat(answer.body().length()).isZero();
    }

    @Test
    void timeoutsHaveAnUnitEach() {
        assertThat(Grpc.timeout("2H")).isEqualTo(Duration.ofHours(2));
        assertThat(Grpc.timeout("3M")).isEqualTo(Duration.ofMinutes(3));
        assertThat(Grpc.timeout("4S")).isEqualTo(Duration.ofSeconds(4));
        assertThat(Grpc.timeout("250m")).isEqualTo(Duration.ofMillis(250));
        assertThat(Grpc.timeout("99999999u")).isEqualTo(Duration.ofNanos(99_999_999_000L));
        assertThat(Grpc.timeout("7n")).isEqualTo(Duration.ofNanos(7));
        assertThat(Grpc.timeout("123456789S")).isNull();
        assertThat(Grpc.timeout("S")).isNull();
        assertThat(Grpc.timeout("-1S")).isNull();
        assertThat(Grpc.timeout("5x")).isNull();
        assertThat(Grpc.timeout(null)).isNull();
    }

    @Test
    void theDeadlineOnlyEverComesNearer() {
        Instant now = Instant.EPOCH;
        CallContext context = new CallContext("id", Trace.start(), 0, now.plusSeconds(10), CallContext.Caller.WEFT);

        assertThat(Grpc.bounded(context, Headers.of("grpc-timeout", "1S"), now).deadline())
                .isEqualTo(now.plusSeconds(1));
        assertThat(Grpc.bounded(context, Headers.of("grpc-timeout", "1H"), now)).isSameAs(context);
        assertThat(Grpc.bounded(context, Headers.none(), now)).isSameAs(context);
    }

    private static String code(CloudException why) {
        return code(Answer.of(why, "id"));
    }

    private static String code(Outcome.Failure.Reason reason) {
        return code(Answer.of(new Outcome.Failure(reason, "", "", new byte[0], ""), "id"));
    }

    private static String code(Decision.Refuse refuse) {
        return code(Answer.of(refuse, "id"));
    }

    private static String code(Answer answer) {
        answer.body().discard();
        String code = Grpc.instead(answer).headers().first("grpc-status");
        return code == null ? "none" : code;
    }
}
