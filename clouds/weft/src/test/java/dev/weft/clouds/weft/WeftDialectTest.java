// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.Verdict;
import dev.weft.api.spi.InvokeDialect.WireHead;
import dev.weft.api.spi.InvokeDialect.WireRequest;
import dev.weft.clouds.weft.facade.WeftFacade;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one Weft writes the other reads, and what that one answers means the same again. */
class WeftDialectTest {
    private static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");
    private static final Key KEY =
            new Key("WEFTINVOKE0000000001", "invoke".repeat(6) + "0001", "app", Key.Role.INVOKE, "default");
    private static final CallContext CONTEXT = new CallContext(
            "0b3f1a52-0000-4000-8000-000000000001",
            Trace.start(),
            3,
            NOW.plusSeconds(10),
            new CallContext.Caller("192.0.2.1", "https", "shop.example"));

    private final WeftDialect dialect = new WeftDialect();

    private static Call.Exchange exchange(String... fields) {
        RequestLine line = new RequestLine("PUT", "/a%20b", "c=d");
        return new Call.Exchange(CONTEXT, line, Headers.of(fields), Body.empty());
    }

    private static Call.Event event(Map<String, String> attributes) {
        return new Call.Event(CONTEXT, "application/json", attributes, Body.empty());
    }

    private WireRequest written(Call call) {
        InvokeDialect.Target target =
                new InvokeDialect.Target(URI.create("https://weft.example/below/"), "one", "", Map.of());
        InvokeDialect.Credentials key =
                new InvokeDialect.Credentials(Map.of(WeftDialect.KEY, KEY.id() + '.' + KEY.secret()));
        return dialect.encode(call, target, key, NOW);
    }

    private Wish.Passed read(WireRequest request) {
        assertThat(request.target()).startsWith("/below/v1/");
        String target = request.target().substring("/below".length());
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(request.method(), target, null)
                : new RequestLine(request.method(), target.substring(0, query), target.substring(query + 1));
        FacadeRequest read =
                new FacadeRequest(line, request.headers(), new byte[0], "https", "weft.example", "127.0.0.1");
        Wish wish = new WeftFacade().read(read, id -> id.equals(KEY.id()) ? KEY : null, NOW);
        assertThat(wish).isInstanceOf(Wish.Passed.class);
        return (Wish.Passed) wish;
    }

    @Test
    void aRequestArrivesAsItWasAndCountsItsHops() {
        WireRequest request = written(exchange(
                "Host",
                "shop.example",
                "X-Own",
                "1",
                "Authorization",
                "Basic own",
                "Weft-Hops",
                "0",
                "Weft-Host",
                "x"));
        assertThat(request.headers().all("weft-hops")).containsExactly("3");
        assertThat(request.headers().all("host")).containsExactly("weft.example");
        assertThat(request.headers().first("traceparent"))
                .isEqualTo(CONTEXT.trace().traceparent());
        Wish.Exchange call = (Wish.Exchange) read(request).call();
        assertThat(call.function()).isEqualTo("one");
        assertThat(call.line()).isEqualTo(new RequestLine("PUT", "/a%20b", "c=d"));
        assertThat(call.headers().all("host")).containsExactly("shop.example");
        assertThat(call.headers().first("x-own")).isEqualTo("1");
        assertThat(call.headers().first("authorization")).isEqualTo("Basic own");
        call.headers().forEach((name, value) -> assertThat(value).doesNotContain(KEY.secret()));
    }

    @Test
    void anEventArrivesAsItWas() {
        Map<String, String> attributes = Map.of("type", "a.b", "x:y", "ü \n\"", "empty", "");
        Wish.Invoke call = (Wish.Invoke) read(written(event(attributes))).call();
        assertThat(call.attributes()).isEqualTo(attributes);
        assertThat(call.contentType()).isEqualTo("application/json");
        assertThat(((Wish.Invoke) read(written(event(Map.of()))).call()).attributes())
                .isEmpty();
    }

    @Test
    void attributesBeyondTheLimitAreRefusedHere() {
        assertThatThrownBy(() -> written(event(Map.of("a", "b".repeat(Wire.ATTRIBUTES_CHARS_MAX)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("attributes");
    }

    private Outcome outcome(Call call, int status, Headers headers, byte[] body) {
        Verdict verdict = dialect.decode(call, new WireHead(status, headers));
        return switch (verdict) {
            case Verdict.Streams streams -> streams.outcome().apply(Body.of(body));
            case Verdict.NeedsWhole whole -> whole.outcome().apply(body);
            case Verdict.CloudFailed(CloudException why) -> throw why;
            case Verdict.Reads _ -> throw new AssertionError("nothing is read while it comes");
        };
    }

    private Outcome again(Call call, FacadeAnswer answer) {
        return outcome(call, answer.status(), answer.headers(), answer.body());
    }

    private Outcome again(Call call, Outcome outcome) {
        FacadeStream stream = read(written(call)).passing().begun(outcome, Body.of(new byte[] {1, 2}), "id");
        byte[][] bytes = new byte[1][];
        BodyGatherer.gather(stream.body(), 10, all -> bytes[0] = all, broken -> {
            throw new AssertionError(broken);
        });
        return outcome(call, stream.status(), stream.headers(), bytes[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 404, 429, 500, 502, 503, 504})
    void everyStatusIsTheFunctionsOwn(int status) {
        Headers fields = Headers.of("Set-Cookie", "a=1", "Set-Cookie", "b=2", "Retry-After", "3");
        Outcome again = again(exchange(), new Outcome.Response(status, fields, Body.empty()));
        assertThat(again).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(status);
            assertThat(response.headers().all("set-cookie")).containsExactly("a=1", "b=2");
            assertThat(response.headers().has(Wire.OUTCOME)).isFalse();
        });
    }

    @Test
    void aResultIsOneAgain() {
        Outcome again = again(
                event(Map.of()),
                new Outcome.Result("text/plain", Headers.of("source", "/x", "type", "y"), Body.empty()));
        assertThat(again).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            assertThat(result.contentType()).isEqualTo("text/plain");
            assertThat(result.attributes().first("source")).isEqualTo("/x");
        });
        assertThat(again(event(Map.of()), new Outcome.Result(null, Headers.none(), Body.empty())))
                .isInstanceOfSatisfying(Outcome.Result.class, result -> assertThat(result.contentType())
                        .isNull());
    }

    @ParameterizedTest
    @EnumSource
    void aFailureIsOneAgain(Outcome.Failure.Reason reason) {
        Call call = exchange();
        Outcome.Failure failure =
                new Outcome.Failure(reason, "TypeError", "no tea", new byte[] {'{', (byte) 0xff}, "log");
        Wish.Came came = new Wish.Came(failure, new byte[0], "id", "here", Duration.ofMillis(1), "");
        Outcome again = again(call, read(written(call)).call().answering().spoke(came));
        assertThat(again).isInstanceOfSatisfying(Outcome.Failure.class, its -> {
            assertThat(its.reason()).isEqualTo(reason);
            assertThat(its.type()).isEqualTo("TypeError");
            assertThat(its.message()).isEqualTo("no tea");
            assertThat(its.payload()).isEqualTo(failure.payload());
            assertThat(its.logTail()).isEmpty(); // its owner's only
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatMayBeDoneNextStays(CloudException.Kind kind) {
        Call call = exchange();
        CloudException why = new CloudException(kind, "the reason", new TimeoutException());
        FacadeAnswer answer = read(written(call)).call().answering().failed(why);
        assertThatThrownBy(() -> again(call, answer)).isInstanceOfSatisfying(CloudException.class, said -> {
            assertThat(said.retry()).isEqualTo(why.retry());
            assertThat(said).hasMessageContaining("the reason");
            assertThat(said.kind()).isNotEqualTo(CloudException.Kind.DENIED); // our credentials are good
            assertThat(said.getCause() instanceof TimeoutException).isEqualTo(kind == CloudException.Kind.UNKNOWN);
        });
    }

    @Test
    void anAbsentFunctionIsAbsent() {
        Call call = exchange();
        FacadeAnswer answer = read(written(call)).call().answering().absent();
        assertThatThrownBy(() -> again(call, answer))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.ABSENT));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 401, 404, 502})
    void whatIsNoWeftIsNotBelieved(int status) {
        assertThatThrownBy(() -> outcome(exchange(), status, Headers.none(), new byte[0]))
                .isInstanceOfSatisfying(CloudException.class, why -> assertThat(why.kind())
                        .isEqualTo(status == 401 ? CloudException.Kind.DENIED : CloudException.Kind.UNKNOWN));
    }
}
