// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Events;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.Gateway;
import dev.weft.gateway.Journal;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.testkit.SampleFunction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A façade whose clients call a function by HTTP: the first segment of the path names it, what follows is the function's. */
class FacadeExchangeIT {
    private static final int BODY_MAX = 64;
    private static final int PASSED_MAX = 100;
    private static final String PASSED = "/passed/";

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Journal.CallEvent> journal = new LinkedBlockingQueue<>();
    private final BlockingQueue<Call.Exchange> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<Consumer<String>> speaking = new LinkedBlockingQueue<>();
    private Loops loops;
    private Gateway gateway;
    private HttpListener listener;

    @BeforeEach
    void open() {
        loops = Loops.start(2);
        gateway = Gateway.open(
                new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                loops,
                (function, cloud) -> new Teapot(),
                journal::add,
                new SimpleMeterRegistry());
        gateway.serve(List.of(SampleFunction.http("shop", "node").function()), List.of(), List.of());
        FacadeRooms rooms = new FacadeRooms(id -> null, Functions.NONE, entry -> {}, Events.NONE);
        listener = HttpListener.open(
                loops,
                ListenerConfig.loopback("facade", 0),
                new FacadePath(new ByUrl(), gateway.events(), rooms, InstantSource.system()));
    }

    @AfterEach
    void close() {
        listener.close();
        gateway.close();
        loops.close();
        client.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aFunctionGetsTheRequestAndItsAnswerGoesBackAsItIs() throws Exception {
        HttpResponse<String> answer = send(to("/shop/a%2Fb?q=1")
                .header("X-Mine", "yes")
                .header("Weft-Hops", "2")
                .PUT(HttpRequest.BodyPublishers.ofString("tea")));

        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(answer.body()).isEqualTo("no tea");
        assertThat(answer.headers().firstValue("x-pot")).hasValue("short");
        Call.Exchange call = calls.take();
        assertThat(call.line()).isEqualTo(new RequestLine("PUT", "/a%2Fb", "q=1"));
        assertThat(call.headers().first("x-mine")).isEqualTo("yes");
        assertThat(call.headers().all("weft-hops")).containsExactly("3");
        assertThat(call.headers().has("upgrade")).isFalse();
        assertThat(call.headers().first("x-forwarded-for")).isEqualTo("127.0.0.1");
        Journal.CallEvent event = journal.take();
        assertThat(event.method() + ' ' + event.path() + ' ' + event.status()).isEqualTo("PUT /a%2Fb 418");
        assertThat(event.bytes()).isEqualTo(6);
        assertThat(event.invocation()).isEqualTo(call.context().id());
    }

    @Test
    void whatNoRouteWouldLetPassDoesNotPassHere() throws Exception {
        assertThat(send(to("/shop/%2e%2e/x")).body()).isEqualTo("INVALID");
        assertThat(send(to("/shop:80/x")).body()).isEqualTo("absent");
        assertThat(send(to("/nowhere/x")).body()).isEqualTo("absent");
        assertThat(send(to("/shop/x").header("Weft-Hops", "900")).body()).isEqualTo("INVALID");
        assertThat(calls).isEmpty();
    }

    @Test
    void anAnswerThatIsTooLongIsAFailureOfTheFunctions() throws Exception {
        assertThat(send(to("/shop/long")).body()).isEqualTo("TOO_LARGE");
        assertThat(journal.take().ending()).isEqualTo(Journal.Ending.FAILED);
    }

    @Test
    void anAnswerThatIsPassedOnComesAsItIsSaidAndBreaksOffAtItsLimit() throws Exception {
        HttpResponse<InputStream> answer =
                client.send(to("/passed/shop/slow").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(new String(answer.body().readNBytes(5), StandardCharsets.UTF_8))
                .isEqualTo("first");
        assertThat(journal).isEmpty();
        speaking.take().accept(" last");
        assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(" last");
        Journal.CallEvent whole = journal.take();
        assertThat(whole.ending() + " " + whole.status() + ' ' + whole.bytes()).isEqualTo("ANSWERED 418 10");

        HttpResponse<InputStream> tooLong =
                client.send(to("/passed/shop/slow").build(), HttpResponse.BodyHandlers.ofInputStream());
        speaking.take().accept("x".repeat(PASSED_MAX));
        assertThatThrownBy(() -> tooLong.body().readAllBytes()).isInstanceOf(IOException.class);
        assertThat(journal.take().ending()).isEqualTo(Journal.Ending.BROKEN_OFF);
        assertThat(send(to("/passed/nowhere/x")).body()).isEqualTo("absent");
    }

    @Test
    void whoGoesAwayFromAnAnswerThatIsPassedOnEndsIt() throws Exception {
        try (HttpClient leaver = HttpClient.newHttpClient()) {
            leaver.send(to("/passed/shop/slow").build(), HttpResponse.BodyHandlers.ofInputStream())
                    .body()
                    .close();
            leaver.shutdownNow();
        }
        assertThat(journal.take().ending()).isIn(Journal.Ending.CALLER_GONE, Journal.Ending.BROKEN_OFF);
    }

    /** Answers 418. */
    private final class Teapot implements Place {
        @Override
        public String cloud() {
            return "local";
        }

        @Override
        public Attempt call(Call call, Loop loop, Answers answers) {
            if (!(call instanceof Call.Exchange exchange)) {
                throw new IllegalStateException("an event");
            }
            calls.add(exchange);
            String path = exchange.line().path();
            if (path.equals("/slow")) {
                call.body().discard();
                answers.outcome(new Outcome.Response(418, Headers.none(), new Slow(loop)));
                return () -> {};
            }
            BodyGatherer.gather(
                    call.body(),
                    1 << 20,
                    bytes -> answers.outcome(new Outcome.Response(
                            418,
                            Headers.of("X-Pot", "short"),
                            Body.of(
                                    path.equals("/long")
                                            ? new byte[BODY_MAX + 1]
                                            : ("no " + new String(bytes, StandardCharsets.UTF_8))
                                                    .getBytes(StandardCharsets.UTF_8)))),
                    broken -> {});
            return () -> {};
        }
    }

    /** Says "first" at once and the rest when it is told to. */
    private final class Slow implements Body {
        private final Loop loop;
        private boolean over;

        Slow(Loop loop) {
            this.loop = loop;
        }

        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink sink) {
            sink.chunk(Chunk.of("first".getBytes(StandardCharsets.UTF_8)));
            speaking.add(rest -> loop.execute(() -> {
                if (!over) {
                    sink.chunk(Chunk.of(rest.getBytes(StandardCharsets.UTF_8)));
                }
                if (!over) {
                    sink.end(Headers.none());
                }
            }));
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void discard() {
            over = true;
        }
    }

    private static final class ByUrl implements Facade, Wish.Answering {
        @Override
        public String vendor() {
            return "played";
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public long bodyBytesMax(RequestLine line) {
            return BODY_MAX;
        }

        @Override
        public FacadeAnswer unread(RequestLine line, Unread why) {
            return text(500, why.name());
        }

        @Override
        public Wish read(FacadeRequest request, Keys keys, Instant now) {
            boolean passed = request.line().path().startsWith(PASSED);
            String path = request.line().path().substring(passed ? PASSED.length() - 1 : 0);
            int rest = path.indexOf('/', 1);
            Wish.Exchange call = new Wish.Exchange(
                    new Key("KEY", "secret", "test", Key.Role.INVOKE, "default"),
                    path.substring(1, rest),
                    new RequestLine(
                            request.line().method(),
                            path.substring(rest),
                            request.line().query()),
                    request.headers(),
                    request.body(),
                    this);
            return passed
                    ? new Wish.Passed(
                            call,
                            PASSED_MAX,
                            (outcome, body, id) ->
                                    new FacadeStream(((Outcome.Response) outcome).status(), Headers.none(), body))
                    : call;
        }

        private static FacadeAnswer text(int status, String text) {
            return new FacadeAnswer(status, Headers.none(), text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public FacadeAnswer spoke(Wish.Came came) {
            return switch (came.outcome()) {
                case Outcome.Response response -> new FacadeAnswer(response.status(), response.headers(), came.body());
                case Outcome.Failure failure -> text(500, failure.reason().name());
                case Outcome.Result _, Outcome.Accepted _, Outcome.Upgraded _ -> text(500, "no response");
            };
        }

        @Override
        public FacadeAnswer failed(CloudException why) {
            return text(503, why.kind().name());
        }

        @Override
        public FacadeAnswer absent() {
            return text(404, "absent");
        }
    }
}
