// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.api.facade.Key;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.oracle.OracleVendor;
import dev.weft.clouds.oracle.facade.FnSamples;
import dev.weft.testkit.FacadeServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two Wefts: what one calls and lists as a cloud of type fn is the other's façade. */
class FnFacadeAccountIT {
    @TempDir
    Path home;

    private final HttpClient http = HttpClient.newHttpClient();
    private FacadeServer other;

    @BeforeEach
    void start() throws Exception {
        other = FnSamples.server();
    }

    @AfterEach
    void stop() {
        other.close();
        http.close();
    }

    private CloudAccount account(String token) {
        return new OracleVendor()
                .open(
                        Samples.cloud(Cloud.Type.FN, null, other.uri(), Map.of("app", "default")),
                        new CloudVendor.Around(
                                new JdkTransport(), Map.of("FN_TOKEN", token), home, InstantSource.system()));
    }

    private static String token(Key key) {
        return key.id() + '.' + key.secret();
    }

    private Outcome called(CloudAccount account, String name) throws Exception {
        Seen seen = Objects.requireNonNull(account.find(name));
        InvokeDialect.Target target = Objects.requireNonNull(seen.target());
        Call call = new Call.Event(
                new CallContext(
                        "id-1",
                        new Trace("a".repeat(32), "b".repeat(16), true, null),
                        0,
                        Instant.now().plusSeconds(30),
                        CallContext.Caller.WEFT),
                "application/json",
                Map.of("x-echo", "two wefts"),
                Body.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
        InvokeDialect dialect = account.dialect();
        InvokeDialect.WireRequest sent =
                dialect.encode(call, target, account.grant(target).credentials(), Instant.now());
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + target.endpoint().getRawAuthority() + sent.target()))
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(sent.body())));
        sent.headers().forEach((field, value) -> {
            if (!field.equalsIgnoreCase("host")) {
                request.header(field, value);
            }
        });
        HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Headers.Builder headers = Headers.builder();
        answer.headers().map().forEach((field, values) -> values.forEach(value -> headers.add(field, value)));
        return switch (dialect.decode(call, new InvokeDialect.WireHead(answer.statusCode(), headers.build()))) {
            case InvokeDialect.Verdict.Streams streams -> streams.outcome().apply(Body.of(answer.body()));
            case InvokeDialect.Verdict.NeedsWhole whole -> whole.outcome().apply(answer.body());
            case InvokeDialect.Verdict.Reads reads -> throw new AssertionError(reads);
            case InvokeDialect.Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    private static byte[] bytes(Body body) {
        AtomicReference<byte[]> all = new AtomicReference<>(new byte[0]);
        BodyGatherer.gather(body, 1 << 20, all::set, broken -> {
            throw new AssertionError(broken);
        });
        return all.get();
    }

    @Test
    void theOthersFunctionsAreListedAndAreNobodys() {
        try (CloudAccount account = account(token(FnSamples.DEPLOY))) {
            assertThat(account.list()).extracting(Seen::name).containsExactly("alpha", "beta", "boom", "full", "late");
            assertThat(account.list()).allSatisfy(seen -> {
                assertThat(seen.owner()).isNull();
                assertThat(Objects.requireNonNull(seen.target()).endpoint()).isEqualTo(other.uri());
                assertThat(seen.settings()).containsEntry("memory", "256").containsEntry("tag.team", "shop");
            });
            assertThat(account.examine("shop")).allSatisfy(finding -> assertThat(finding.works())
                    .describedAs(finding.toString())
                    .isTrue());
            assertThat(account.find("theirs")).isNull();
        }
    }

    @Test
    void theOthersFunctionsAreCalled() throws Exception {
        try (CloudAccount account = account(token(FnSamples.DEPLOY))) {
            Outcome.Result result = (Outcome.Result) called(account, "alpha");
            assertThat(result.contentType()).isEqualTo("application/json");
            assertThat(result.attributes().first("X-Echo")).isEqualTo("two wefts");
            assertThat(result.attributes().all("Fn-Call-Id")).containsExactly("call-1");
            assertThat(new String(bytes(result.body()), StandardCharsets.UTF_8)).isEqualTo("{\"a\":1}");
            assertThat(((Outcome.Failure) called(account, "boom")).reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
            assertThat(((Outcome.Failure) called(account, "late")).reason()).isEqualTo(Outcome.Failure.Reason.TIMEOUT);
            assertThatThrownBy(() -> called(account, "full")).isInstanceOfSatisfying(CloudException.class, busy -> {
                assertThat(busy.kind()).isEqualTo(CloudException.Kind.BUSY);
                assertThat(Objects.requireNonNull(busy.retryAfter()).toSeconds())
                        .isEqualTo(3);
            });
        }
    }

    @Test
    void withoutItsKeyTheOtherLetsNobodyIn() {
        try (CloudAccount account = account("WEFTNOBODY0000000001.secret")) {
            assertThatThrownBy(account::list)
                    .isInstanceOfSatisfying(CloudException.class, denied -> assertThat(denied.kind())
                            .isEqualTo(CloudException.Kind.DENIED))
                    .hasMessageContaining("a key of Weft's is needed");
        }
    }

    /** The other takes no functions here, and says so. */
    @Test
    void whatTheOtherDoesNotDoIsToldInItsWords() {
        try (CloudAccount account = account(token(FnSamples.DEPLOY))) {
            Seen seen = Objects.requireNonNull(account.find("alpha"));
            assertThatThrownBy(() -> account.adopt(seen, new Ownership("shop", "alpha", "code", "settings")))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("functions are not taken from clients here");
        }
    }
}
