// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

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
import dev.weft.clouds.oracle.facade.OciFacade;
import dev.weft.clouds.oracle.facade.OciIdentity;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weft's own calls to OCI Functions, answered by Weft's own façade of it. */
class OciFacadeDialectTest {
    private static final String AUTHORITY = "weft.example:8098";
    private static final InvokeDialect.Target TARGET = new InvokeDialect.Target(
            URI.create("http://" + AUTHORITY),
            "hello",
            "weft",
            Map.of(OciDialect.FUNCTION_ID, "ocid1.fnfunc.oc1..default.hello"));

    private static Key key = new Key("WEFTOTHERWEFT0000001", "s", "other weft", Key.Role.INVOKE, "default");
    private static InvokeDialect.Credentials credentials = InvokeDialect.Credentials.NONE;

    private final OciDialect dialect = new OciDialect();

    @BeforeAll
    static void makeKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        key = new Key(key.id(), key.secret(), key.name(), key.role(), key.namespace(), pair.getPublic());
        OciIdentity identity = Objects.requireNonNull(OciIdentity.of(key));
        credentials = new InvokeDialect.Credentials(Map.of(
                OciDialect.KEY_ID,
                identity.tenancy() + '/' + identity.user() + '/' + identity.fingerprint(),
                OciDialect.KEY,
                OciSignature.encoded(pair.getPrivate())));
    }

    private Wish asked(Call call) {
        InvokeDialect.WireRequest sent = dialect.encode(call, TARGET, credentials, Calls.NOW);
        byte[] body = Calls.bytes(Calls.text(sent.body()));
        Headers headers = Headers.builder()
                .addAll(sent.headers())
                .add("Content-Length", Integer.toString(body.length))
                .build();
        return new OciFacade()
                .read(
                        new FacadeRequest(
                                new RequestLine(sent.method(), sent.target(), null),
                                headers,
                                body,
                                "http",
                                AUTHORITY,
                                "127.0.0.1"),
                        id -> id.equals(key.id()) ? key : null,
                        Calls.NOW);
    }

    private Outcome outcome(Call call, FacadeAnswer answer) {
        return switch (dialect.decode(call, new InvokeDialect.WireHead(answer.status(), answer.headers()))) {
            case InvokeDialect.Verdict.Streams streams -> streams.outcome().apply(Body.of(answer.body()));
            case InvokeDialect.Verdict.NeedsWhole whole -> whole.outcome().apply(answer.body());
            case InvokeDialect.Verdict.Reads reads -> throw new AssertionError(reads);
            case InvokeDialect.Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    private static Wish.Came came(Outcome outcome, String body) {
        return new Wish.Came(outcome, Calls.bytes(body), "id-1", "here", Duration.ofMillis(5), "");
    }

    @Test
    void anExchangeGoesThroughAsItIs() {
        Call call = Calls.exchange("hello", "x-one", "1", "content-type", "text/plain");
        assertThat(asked(call)).isInstanceOfSatisfying(Wish.Exchange.class, wish -> {
            assertThat(wish.function()).isEqualTo("hello");
            assertThat(wish.line()).isEqualTo(new RequestLine("PUT", "/a%20b", "q=1"));
            assertThat(wish.headers().first("x-one")).isEqualTo("1");
            assertThat(wish.headers().first("content-type")).isEqualTo("text/plain");
            Outcome.Response said =
                    new Outcome.Response(404, Headers.of("X-Two", "2", "Content-Type", "a/b"), Body.empty());
            assertThat(outcome(call, wish.answering().spoke(came(said, "gone"))))
                    .isInstanceOfSatisfying(Outcome.Response.class, response -> {
                        assertThat(response.status()).isEqualTo(404);
                        assertThat(response.headers().first("X-Two")).isEqualTo("2");
                        assertThat(response.headers().first("Content-Type")).isEqualTo("a/b");
                        assertThat(Calls.text(response.body())).isEqualTo("gone");
                    });
        });
    }

    @Test
    void anEventGoesThroughAndAnAsyncOneIsKept() {
        Call call = Calls.event("text/plain", Map.of("mine", "1"), "hello");
        assertThat(asked(call)).isInstanceOfSatisfying(Wish.Invoke.class, wish -> {
            assertThat(wish.contentType()).isEqualTo("text/plain");
            assertThat(wish.attributes()).containsEntry("mine", "1");
            Outcome.Result said = new Outcome.Result("application/json", Headers.none(), Body.empty());
            assertThat(outcome(call, wish.answering().spoke(came(said, "[1]"))))
                    .isInstanceOfSatisfying(Outcome.Result.class, result -> {
                        assertThat(result.contentType()).isEqualTo("application/json");
                        assertThat(Calls.text(result.body())).isEqualTo("[1]");
                    });
        });
        Call later = Calls.event("text/plain", Map.of("weft-async", "true"), "hello");
        assertThat(asked(later)).isInstanceOfSatisfying(Wish.Later.class, wish -> assertThat(
                        outcome(later, wish.taking().taken("id-2")))
                .isEqualTo(new Outcome.Accepted("id-2")));
    }

    @ParameterizedTest
    @EnumSource(names = {"ERROR", "TIMEOUT", "INIT", "TOO_LARGE", "MALFORMED", "CRASH"})
    void aFailureIsTheSameFailure(Outcome.Failure.Reason reason) {
        Call call = Calls.event(null, Map.of(), "{}");
        Outcome.Failure failure = new Outcome.Failure(reason, "TypeError", "boom", new byte[0], "");
        Wish.Invoke wish = (Wish.Invoke) asked(call);
        assertThat(outcome(call, wish.answering().spoke(came(failure, ""))))
                .isInstanceOfSatisfying(
                        Outcome.Failure.class, said -> assertThat(said.reason()).isEqualTo(reason));
    }

    /** Whether another cloud may be asked is the same on both sides. */
    @ParameterizedTest
    @EnumSource
    void aCloudThatFailsMayBeTriedElsewhereAsBefore(CloudException.Kind kind) {
        Call call = Calls.event(null, Map.of(), "{}");
        CloudException failed = new CloudException(kind, "why", null);
        Wish.Invoke wish = (Wish.Invoke) asked(call);
        assertThatThrownBy(() -> outcome(call, wish.answering().failed(failed)))
                .isInstanceOfSatisfying(
                        CloudException.class, said -> assertThat(said.retry()).isEqualTo(failed.retry()));
    }
}
