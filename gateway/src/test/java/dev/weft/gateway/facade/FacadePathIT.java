// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Events;
import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A façade of a vendor that there is not, over HTTP: paths say what is wished, the field key says by whom. */
class FacadePathIT {
    private static final Key KEY = new Key("KEY", "secret", "test", Key.Role.ADMIN, "default");
    private static final int BODY_MAX = 1 << 20;

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Journal.CallEvent> journal = new LinkedBlockingQueue<>();
    private final BlockingQueue<Audit.Entry> audit = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    private final CountDownLatch begun = new CountDownLatch(FacadePath.CONTROLS_AT_ONCE_MAX);
    private final CountDownLatch work = new CountDownLatch(1);
    private volatile boolean silent;
    private Loops loops;
    private Gateway gateway;
    private HttpListener listener;

    @BeforeEach
    void open() {
        loops = Loops.start(2);
        gateway = Gateway.open(
                new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                loops,
                (function, cloud) -> new Echo(),
                journal::add,
                new SimpleMeterRegistry());
        gateway.serve(List.of(SampleFunction.http("shop", "node").function()), List.of(), List.of());
        listener = listen(gateway);
    }

    private HttpListener listen(Gateway to) {
        FacadeRooms rooms =
                new FacadeRooms(id -> id.equals(KEY.id()) ? KEY : null, new None(), audit::add, Events.NONE);
        return HttpListener.open(
                loops,
                ListenerConfig.loopback("facade", 0),
                new FacadePath(new Played(), to.events(), rooms, InstantSource.system()));
    }

    @AfterEach
    void close() {
        work.countDown();
        listener.close();
        gateway.close();
        loops.close();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                .header("key", KEY.id());
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private List<CompletableFuture<HttpResponse<String>>> many(long times, HttpRequest request) {
        return Stream.generate(() -> client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                .limit(times)
                .toList();
    }

    /** Asks for control work until it is answered so. */
    private void atLast(String wanted) throws Exception {
        String said = "";
        for (int tries = 0; tries < 3000 && !said.equals(wanted); tries++) {
            TimeUnit.MILLISECONDS.sleep(10);
            said = send(to("/work/list")).body();
        }
        assertThat(said).isEqualTo(wanted);
    }

    private static HttpRequest.BodyPublisher text(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }

    @Test
    void aFunctionIsCalledAndTheJournalSaysSo() throws Exception {
        HttpResponse<String> answer = send(to("/call/shop").POST(text("hello")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("echo hello");
        Journal.CallEvent event = journal.take();
        assertThat(event.function()).isEqualTo("shop");
        assertThat(event.invocation())
                .isEqualTo(answer.headers().firstValue("id").orElseThrow());
        assertThat(send(to("/call/nowhere")).body()).isEqualTo("absent");
        assertThat(audit).isEmpty();
    }

    @Test
    void aServiceIsNoFunctionAndSoIsAnothersFunction() throws Exception {
        assertThat(send(to("/call/shop:80")).body()).isEqualTo("absent");
        assertThat(send(to("/call-as-others/shop")).body()).isEqualTo("absent");
    }

    @Test
    void controlWorkAndRefusalsAreInTheAudit() throws Exception {
        assertThat(send(to("/work/list")).body()).isEqualTo("worked");
        Audit.Entry done = audit.take();
        assertThat(done.action() + ' ' + done.outcome() + ' ' + done.keyId()).isEqualTo("list DONE KEY");
        assertThat(send(to("/refuse")).statusCode()).isEqualTo(400);
        assertThat(audit.take().why()).isEqualTo("not done");
        HttpResponse<String> unknown =
                send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + "/call/shop"))
                        .header("key", "guessed"));
        assertThat(unknown.statusCode()).isEqualTo(403);
        Audit.Entry refused = audit.take();
        assertThat(refused.proved()).isFalse();
        assertThat(refused.keyId()).isEqualTo("guessed");
        assertThat(refused.caller()).isEqualTo("127.0.0.1");
    }

    @Test
    void whoFailsToProveHimselfWaits() throws Exception {
        long began = System.nanoTime();
        for (int i = 0; i < Suspicion.FREE + 4; i++) {
            assertThat(send(to("/call/shop").setHeader("key", "guess " + i)).statusCode())
                    .isEqualTo(403);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(700));
        assertThat(send(to("/call/shop").POST(text("a"))).statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyBeyondTheLimitIsRefusedWhetherDeclaredOrNot() throws Exception {
        assertThat(send(to("/call/shop").POST(text("x".repeat(BODY_MAX)))).statusCode())
                .isEqualTo(200);
        assertThat(send(to("/call/shop").POST(text("x".repeat(BODY_MAX + 1)))).body())
                .isEqualTo("TOO_LARGE");
        HttpRequest.BodyPublisher chunked = HttpRequest.BodyPublishers.ofInputStream(
                () -> new java.io.ByteArrayInputStream(new byte[BODY_MAX + 1]));
        assertThat(send(to("/call/shop").POST(chunked)).body()).isEqualTo("TOO_LARGE");
    }

    @Test
    void anAnswerBeyondTheLimitIsTheFunctionsFailure() throws Exception {
        // the echo puts five letters before what it got
        assertThat(send(to("/call/shop").POST(text("x".repeat(BODY_MAX - 5))))
                        .headers()
                        .firstValue("failure"))
                .isEmpty();
        HttpResponse<String> answer = send(to("/call/shop").POST(text("x".repeat(BODY_MAX - 4))));
        assertThat(answer.headers().firstValue("failure")).hasValue("TOO_LARGE");
    }

    @Test
    void noMoreControlWorkAtOnceThanTheLimit() throws Exception {
        var waiting = many(begun.getCount(), to("/work/wait").build());
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(send(to("/work/list")).body()).isEqualTo("BUSY");
        work.countDown();
        assertThat(waiting).allSatisfy(each -> assertThat(each.get().body()).isEqualTo("worked"));
        assertThat(send(to("/work/list")).body()).isEqualTo("worked");
    }

    @Test
    void noMoreBytesAtOnceThanTheLimit() throws Exception {
        silent = true;
        int more = 8; // those that come while others only ask may be refused
        HttpRequest large = to("/call/shop").POST(text("x".repeat(BODY_MAX))).build();
        var held = many(FacadePath.BYTES_AT_ONCE_MAX / BODY_MAX + more, large);
        atLast("BUSY");
        held.forEach(each -> each.cancel(true));
        atLast("worked");
    }

    @Test
    void aCallerThatGoesAwayTakesItsCallAlong() throws Exception {
        silent = true;
        CompletableFuture<HttpResponse<String>> asked =
                client.sendAsync(to("/call/shop").POST(text("a")).build(), HttpResponse.BodyHandlers.ofString());
        TimeUnit.MILLISECONDS.sleep(200);
        asked.cancel(true);
        assertThat(cancelled.poll(5, TimeUnit.SECONDS)).isEqualTo("yes");
        Journal.CallEvent event = journal.poll(5, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        assertThat(event.ending()).isEqualTo(Journal.Ending.CALLER_GONE);
    }

    @Test
    void theTailOfTheLogComesWhereItIsAskedFor() throws Exception {
        HttpResponse<String> answer = send(to("/tail/shop").POST(text("a")));
        assertThat(answer.headers().firstValue("tail")).hasValue("log of shop");
        assertThat(send(to("/call/shop").POST(text("a"))).headers().firstValue("tail"))
                .hasValue("");
    }

    @Test
    void whatIsBrokenIsSaidWithoutDetails() throws Exception {
        assertThat(send(to("/bug/read")).body()).isEqualTo("BROKEN");
        assertThat(send(to("/work/bug")).body()).isEqualTo("BROKEN");
        assertThat(send(to("/bug/answer").POST(text("a"))).body()).isEqualTo("BROKEN");
    }

    @Test
    void beforeFunctionsAreDeployedNothingIsRead() throws Exception {
        try (Gateway starting = Gateway.open(
                        new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                        loops,
                        (function, cloud) -> new Echo(),
                        journal::add,
                        new SimpleMeterRegistry());
                HttpListener early = listen(starting)) {
            HttpRequest asked = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + early.port() + "/call/shop"))
                    .POST(text("a"))
                    .build();
            assertThat(client.send(asked, HttpResponse.BodyHandlers.ofString()).body())
                    .isEqualTo("STARTING");
        }
    }

    /** Answers what it got, unless it is to be silent. */
    private final class Echo implements Place {
        @Override
        public String cloud() {
            return "local";
        }

        @Override
        public Attempt call(Call call, Loop loop, Answers answers) {
            if (silent) {
                call.body().discard();
                return () -> cancelled.add("yes");
            }
            BodyGatherer.gather(
                    call.body(),
                    1 << 24,
                    bytes -> answers.outcome(new Outcome.Result(
                            null,
                            Headers.none(),
                            Body.of(("echo " + new String(bytes, StandardCharsets.UTF_8))
                                    .getBytes(StandardCharsets.UTF_8)))),
                    broken -> {});
            return () -> {};
        }
    }

    private static final class None implements Functions {
        @Override
        public List<Served> list(String namespace) {
            return List.of();
        }

        @Override
        public @Nullable Served find(String namespace, String name) {
            return null;
        }

        @Override
        public String logTail(String namespace, String function, String invocation) {
            return "log of " + function;
        }
    }

    /** {@code /call/F}, {@code /tail/F}, {@code /work/WHAT}, {@code /refuse}, {@code /bug/WHERE}. */
    private final class Played implements Facade {
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

        private FacadeAnswer text(int status, String text) {
            return new FacadeAnswer(status, Headers.none(), text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Wish read(FacadeRequest request, Keys keys, Instant now) {
            String id = String.valueOf(request.headers().first("key"));
            Key key = keys.find(id);
            if (key == null) {
                return new Wish.Refused("call", id, false, "no key", text(403, "who?"));
            }
            String[] path = request.line().path().split("/", -1);
            return switch (path[1]) {
                case "call", "tail" -> invoke(key, path[2], request.body(), path[1].equals("tail"));
                case "call-as-others" ->
                    invoke(new Key("KEY", "s", "n", Key.Role.ADMIN, "others"), path[2], request.body(), false);
                case "work" ->
                    new Wish.Control(key, path[2], "", functions -> {
                        if (path[2].equals("bug")) {
                            throw new IllegalStateException("a bug in the test, as it should be");
                        }
                        if (path[2].equals("wait")) {
                            begun.countDown();
                            work.await();
                        }
                        return text(200, "worked");
                    });
                case "bug" -> {
                    if (path[2].equals("read")) {
                        throw new IllegalStateException("a bug in the test, as it should be");
                    }
                    yield new Wish.Invoke(key, "shop", null, Map.of(), request.body(), false, new Answering(true));
                }
                default -> new Wish.Refused("refuse", id, true, "not done", text(400, "no"));
            };
        }

        private Wish invoke(Key key, String function, byte[] body, boolean tail) {
            return new Wish.Invoke(key, function, null, Map.of(), body, tail, new Answering(false));
        }

        private final class Answering implements Wish.Answering {
            private final boolean broken;

            Answering(boolean broken) {
                this.broken = broken;
            }

            @Override
            public FacadeAnswer spoke(Wish.Came came) {
                if (broken) {
                    throw new IllegalStateException("a bug in the test, as it should be");
                }
                Headers.Builder headers =
                        Headers.builder().add("id", came.invocation()).add("tail", came.logTail());
                if (came.outcome() instanceof Outcome.Failure failure) {
                    headers.add("failure", failure.reason().name());
                }
                return new FacadeAnswer(200, headers.build(), came.body());
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
}
