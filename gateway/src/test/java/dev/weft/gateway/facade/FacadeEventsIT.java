// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Performer;
import dev.weft.api.facade.Wish;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.Gateway;
import dev.weft.gateway.event.Addressed;
import dev.weft.gateway.event.Origin;
import dev.weft.gateway.event.Running;
import dev.weft.gateway.event.Upshot;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A façade whose clients leave events, or wait for so long only: {@code /later/F}, {@code /noted/MILLIS/F}, {@code /look}. */
class FacadeEventsIT {
    private static final Key KEY = new Key("KEY", "secret", "test", Key.Role.ADMIN, "default");
    private static final String TRACE = "00-" + "ab".repeat(16) + '-' + "cd".repeat(8) + "-01";

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Event> taken = new LinkedBlockingQueue<>();
    private final BlockingQueue<EventRecord> noted = new LinkedBlockingQueue<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean full;
    private Loops loops;
    private Gateway gateway;
    private HttpListener listener;

    @BeforeEach
    void open() {
        loops = Loops.start(1);
        gateway = Gateway.open(
                new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                loops,
                (function, cloud) -> new Slow(),
                event -> {},
                new SimpleMeterRegistry());
        gateway.serve(List.of(SampleFunction.http("shop", "node").function()), List.of(), List.of());
        FacadeRooms rooms = new FacadeRooms(id -> KEY, Functions.NONE, entry -> {}, new Kept(), this::performed);
        listener = HttpListener.open(
                loops,
                ListenerConfig.loopback("facade", 0),
                new FacadePath(new Played(), gateway.events(), rooms, InstantSource.system()));
    }

    @AfterEach
    void close() {
        listener.close();
        gateway.close();
        loops.close();
    }

    private HttpRequest post(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + path))
                .header("traceparent", TRACE)
                .header("weft-hops", "4")
                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                .build();
    }

    private HttpResponse<String> send(String path) throws Exception {
        return client.send(post(path), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void anEventIsKeptWithItsSendersTraceAndHopsBeforeTheClientHears() throws Exception {
        HttpResponse<String> answer = send("/later/shop");
        assertThat(answer.statusCode()).isEqualTo(202);
        Event event = Objects.requireNonNull(taken.poll());
        assertThat(answer.body()).isEqualTo(event.id());
        assertThat(event.namespace() + ' ' + event.function() + ' ' + event.source() + ' ' + event.sender())
                .isEqualTo("default shop played KEY");
        assertThat(event.payload()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
        assertThat(Objects.requireNonNull(event.origin().trace()).traceparent()).isEqualTo(TRACE);
        assertThat(event.origin().hops()).isEqualTo(5);
    }

    @Test
    void anEventForNobodyIsNotKeptAndOneTooManyIsRefused() throws Exception {
        assertThat(send("/later/nobody").statusCode()).isEqualTo(404);
        assertThat(send("/later/shop:80").statusCode()).isEqualTo(404);
        full = true;
        assertThat(send("/later/shop").body()).isEqualTo("FULL");
        assertThat(taken).isEmpty();
    }

    @Test
    void whoWaitsTooLongIsToldWhereToAskAndTheCallGoesOn() throws Exception {
        HttpResponse<String> answer = send("/noted/20/shop");
        assertThat(answer.statusCode()).isEqualTo(202);
        EventRecord record = Objects.requireNonNull(noted.poll(10, TimeUnit.SECONDS));
        assertThat(answer.body()).isEqualTo(record.id());
        assertThat(record.state()).isEqualTo(EventRecord.State.CALLED);
        assertThat(Objects.requireNonNull(record.last()).result())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("at last");
        assertThat(send("/look").body()).isEqualTo("looked");
    }

    @Test
    void whoWaitsLongEnoughGetsTheAnswerAndARecordIsKeptToo() throws Exception {
        HttpResponse<String> answer = send("/noted/20000/shop");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("at last");
        assertThat(Objects.requireNonNull(noted.poll(10, TimeUnit.SECONDS)).sender())
                .isEqualTo("KEY");
        assertThat(send("/noted/20000/nobody").statusCode()).isEqualTo(404);
        assertThat(noted).isEmpty();
    }

    /** What is no function, after 300 ms. */
    private Performer.Performed performed(Event event) throws InterruptedException {
        taken.add(event);
        if (event.function().equals("played:waits")) {
            go.await();
        } else {
            Thread.sleep(300);
        }
        Outcome result = new Outcome.Result(null, Headers.none(), Body.empty());
        byte[] said = "performed".getBytes(StandardCharsets.UTF_8);
        return event.function().equals("played:none")
                ? new Performer.Performed(new Caller.Ended.Absent(), "")
                : new Performer.Performed(new Caller.Ended.Spoke(result, said, "", Duration.ofMillis(300)), "parts");
    }

    @Test
    void whatIsPerformedIsAnsweredOrGoesOnAndARecordOfItIsKept() throws Exception {
        HttpResponse<String> answer = send("/perform/20000/x");
        assertThat(answer.statusCode() + answer.body()).isEqualTo("200performed");
        Event event = Objects.requireNonNull(taken.poll());
        assertThat(event.function() + event.origin().hops()).isEqualTo("played:x5");
        EventRecord record = Objects.requireNonNull(noted.poll(10, TimeUnit.SECONDS));
        assertThat(record.id()).isEqualTo(event.id());
        assertThat(Objects.requireNonNull(record.last()).log()).isEqualTo("parts");

        HttpResponse<String> late = send("/perform/20/x");
        assertThat(late.statusCode()).isEqualTo(202);
        assertThat(Objects.requireNonNull(noted.poll(10, TimeUnit.SECONDS)).id())
                .isEqualTo(late.body());
        assertThat(send("/perform/20000/none").statusCode()).isEqualTo(404);
        assertThat(noted).isEmpty();
    }

    @Test
    void nothingMoreIsPerformedAtOnceThanMayBe() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (int i = 0; i < Performing.AT_ONCE_MAX; i++) {
            asked.add(client.sendAsync(post("/perform/20000/waits"), HttpResponse.BodyHandlers.ofString()));
        }
        for (int i = 0; i < Performing.AT_ONCE_MAX; i++) {
            assertThat(taken.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(send("/perform/20000/x").body()).isEqualTo("BUSY");
        go.countDown();
        assertThat(asked).allSatisfy(each -> assertThat(each.join().body()).isEqualTo("performed"));
        assertThat(send("/perform/20000/x").body()).isEqualTo("performed");
    }

    @Test
    void whatIsKeptIsAskedFirstAndEventsAreSentWithTheirSendersHops() throws Exception {
        assertThat(send("/consult").body()).isEqualTo("consulted");
        assertThat(send("/send").body()).isEqualTo("5 hops");
    }

    @Test
    void anEventThatHasPassedThroughTooManyFunctionsIsRefusedForGood() throws Exception {
        BlockingQueue<Upshot> ended = new LinkedBlockingQueue<>();
        Addressed event = new Addressed("shop", "default", null, Map.of(), Body.empty(), 1 << 10);
        Running running = gateway.events().start(event, new Origin("id-1", null, 17), loops.next(), ended::add);
        assertThat(running.id()).isEmpty();
        assertThat(ended.poll(10, TimeUnit.SECONDS)).isInstanceOfSatisfying(Upshot.Failed.class, failed -> {
            assertThat(failed.why().kind()).isEqualTo(CloudException.Kind.INVALID);
            assertThat(failed.why()).hasMessageContaining("loop");
        });
    }

    /** Answers after 300 ms. */
    private static final class Slow implements Place {
        @Override
        public String cloud() {
            return "local";
        }

        @Override
        public Attempt call(Call call, Loop loop, Answers answers) {
            call.body().discard();
            Loop.Timer timer = loop.after(
                    Duration.ofMillis(300),
                    () -> answers.outcome(new Outcome.Result(
                            null, Headers.none(), Body.of("at last".getBytes(StandardCharsets.UTF_8)))));
            return timer::cancel;
        }
    }

    private final class Kept implements Events {
        @Override
        public Taken take(Event event) {
            if (full) {
                return new Taken.Refused(Taken.Why.FULL, "full");
            }
            taken.add(event);
            return new Taken.Kept(event.id());
        }

        @Override
        public @Nullable EventRecord find(String namespace, String id) {
            return null;
        }

        @Override
        public List<EventRecord> list(Filter filter) {
            return List.of();
        }

        @Override
        public void note(EventRecord record) {
            noted.add(record);
        }
    }

    private static final class Played implements Facade {
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
            return 1 << 10;
        }

        @Override
        public FacadeAnswer unread(RequestLine line, Unread why) {
            return text(500, why.name());
        }

        @Override
        public Wish read(FacadeRequest request, Keys keys, Instant now) {
            String[] path = request.line().path().split("/", -1);
            return switch (path[1]) {
                case "later" -> new Wish.Later(KEY, path[2], null, Map.of(), request.body(), new Speaking());
                case "perform" ->
                    new Wish.Perform(
                            KEY,
                            "played:" + path[3],
                            request.body(),
                            Duration.ofMillis(Long.parseLong(path[2])),
                            new Speaking(),
                            id -> text(202, id));
                case "consult" ->
                    new Wish.Consult(KEY, functions -> new Wish.Ask(KEY, "ask", "", (_, _) -> text(200, "consulted")));
                case "send" -> new Wish.Send(KEY, "send", "", (_, _, origin) -> text(200, origin.hops() + " hops"));
                case "look" -> new Wish.Ask(KEY, "look", "", (events, functions) -> text(200, "looked"));
                default ->
                    new Wish.Noted(
                            new Wish.Invoke(KEY, path[3], null, Map.of(), request.body(), false, new Speaking()),
                            Duration.ofMillis(Long.parseLong(path[2])),
                            id -> text(202, id));
            };
        }
    }

    private static FacadeAnswer text(int status, String text) {
        return new FacadeAnswer(status, Headers.none(), text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class Speaking implements Wish.Answering, Wish.Taking {
        @Override
        public FacadeAnswer spoke(Wish.Came came) {
            return new FacadeAnswer(200, Headers.none(), came.body());
        }

        @Override
        public FacadeAnswer failed(CloudException why) {
            return text(503, why.kind().name());
        }

        @Override
        public FacadeAnswer absent() {
            return text(404, "absent");
        }

        @Override
        public FacadeAnswer taken(String id) {
            return text(202, id);
        }

        @Override
        public FacadeAnswer refused(Taken.Refused refused) {
            return text(429, refused.why().name());
        }
    }
}
