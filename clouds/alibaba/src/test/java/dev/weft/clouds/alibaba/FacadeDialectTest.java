// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.alibaba.facade.AlibabaFacade;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weft's own calls to Function Compute, answered by Weft's own façade of it. */
class FacadeDialectTest {
    private static final Key KEY = new Key(FakeFc.KEY, FakeFc.SECRET, "other weft", Key.Role.DEPLOY, "default");

    private final Call call = DialectRequests.eventCall("{}".getBytes(StandardCharsets.UTF_8), Map.of());
    private final FcInvokeDialect dialect = new FcInvokeDialect();

    private Wish.Invoke asked() {
        InvokeDialect.Target target =
                new InvokeDialect.Target(URI.create("http://weft.example:8097"), "hello", "weft", Map.of());
        InvokeDialect.WireRequest sent = dialect.encode(call, target, DialectRequests.KEYS, DialectRequests.NOW);
        Wish wish = new AlibabaFacade()
                .read(
                        new FacadeRequest(
                                new RequestLine(sent.method(), sent.target(), null),
                                sent.headers(),
                                DialectRequests.bytes(sent.body()),
                                "http",
                                "weft.example:8097",
                                "127.0.0.1"),
                        id -> id.equals(KEY.id()) ? KEY : null,
                        DialectRequests.NOW);
        assertThat(wish).isInstanceOf(Wish.Invoke.class);
        return (Wish.Invoke) wish;
    }

    private Outcome outcome(FacadeAnswer answer) {
        return switch (dialect.decode(call, new InvokeDialect.WireHead(answer.status(), answer.headers()))) {
            case InvokeDialect.Verdict.Streams streams -> streams.outcome().apply(Body.of(answer.body()));
            case InvokeDialect.Verdict.NeedsWhole whole -> whole.outcome().apply(answer.body());
            case InvokeDialect.Verdict.Reads reads -> throw new AssertionError(reads);
            case InvokeDialect.Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    private static Wish.Came came(Outcome outcome, String body) {
        return new Wish.Came(outcome, body.getBytes(StandardCharsets.UTF_8), "id-1", "here", Duration.ofMillis(5), "");
    }

    @Test
    void aResultIsAResult() {
        Wish.Came came = came(new Outcome.Result("application/json", Headers.none(), Body.empty()), "[1]");
        assertThat(outcome(asked().answering().spoke(came))).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.contentType()).isEqualTo("application/json");
            assertThat(new String(DialectRequests.bytes(result.body()), StandardCharsets.UTF_8))
                    .isEqualTo("[1]");
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"ERROR", "TIMEOUT", "MEMORY", "INIT"})
    void aFailureIsTheSameFailureWithItsLog(Outcome.Failure.Reason reason) {
        Outcome.Failure failure = new Outcome.Failure(reason, "TypeError", "boom", new byte[0], "last words");
        assertThat(outcome(asked().answering().spoke(came(failure, ""))))
                .isInstanceOfSatisfying(Outcome.Failure.class, said -> {
                    assertThat(said.reason()).isEqualTo(reason);
                    assertThat(said.type()).isEqualTo("TypeError");
                    assertThat(said.message()).isEqualTo("boom");
                    assertThat(said.logTail()).isEqualTo("last words");
                });
    }

    /** Whether another cloud may be asked is the same on both sides. */
    @ParameterizedTest
    @EnumSource
    void aCloudThatFailsMayBeTriedElsewhereAsBefore(CloudException.Kind kind) {
        CloudException failed = new CloudException(kind, "why", null);
        assertThatThrownBy(() -> outcome(asked().answering().failed(failed)))
                .isInstanceOfSatisfying(
                        CloudException.class, said -> assertThat(said.retry()).isEqualTo(failed.retry()));
    }
}
