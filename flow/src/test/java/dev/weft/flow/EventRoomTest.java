// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import static dev.weft.flow.FlowInTest.await;
import static dev.weft.flow.FlowInTest.away;
import static dev.weft.flow.FlowInTest.event;
import static dev.weft.flow.FlowInTest.failed;
import static dev.weft.flow.FlowInTest.quick;
import static dev.weft.flow.FlowInTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Trace;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.EventRecord.State;
import dev.weft.api.event.Events.Filter;
import dev.weft.api.event.Taken;
import dev.weft.api.resource.Events;
import dev.weft.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class EventRoomTest {
    @TempDir
    private Path folder;

    private @Nullable FlowInTest opened;

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private FlowInTest flow(FlowLimits limits) {
        opened = new FlowInTest(folder.resolve("weft.db"), limits);
        return opened;
    }

    private static Events events(int retries, @Nullable String onSuccess, @Nullable String onFailure) {
        return new Events(retries, Duration.ofHours(6), Duration.ofMillis(20), onSuccess, onFailure);
    }

    private static FlowLimits limits(int waiting, long waitingBytes, int payload, int atOnce) {
        FlowLimits quick = quick();
        return new FlowLimits(waiting, waitingBytes, payload, atOnce, 2, quick.lease(), quick.look(), quick.notesMax());
    }

    @Test
    void anEventIsDeliveredAndItsRecordSaysHow() throws Exception {
        FlowInTest flow = flow(quick());
        flow.functions.put("checkout", call -> said("thanks"));
        Event sent = event("checkout", "{}");

        assertThat(flow.room.take(sent)).isEqualTo(new Taken.Kept(sent.id()));

        flow.await(sent.id(), State.DELIVERED);
        await(() -> !Objects.requireNonNull(flow.record(sent.id()).last()).log().isEmpty());
        EventRecord record = flow.record(sent.id());
        EventRecord.Last last = Objects.requireNonNull(record.last());
        assertThat(new String(last.result(), StandardCharsets.UTF_8)).isEqualTo("thanks");
        assertThat(last.log()).isEqualTo("log of " + sent.id() + '\n');
        assertThat(record.attempts()).isEqualTo(1);
        assertThat(flow.meters.get("weft.events.delivered").timer().count()).isEqualTo(1);
        assertThat(flow.meters.get("weft.events.accepted").counter().count()).isEqualTo(1);
    }

    @Test
    void aFunctionThatFailsIsCalledAgainAndThenTheEventIsADeadLetterThatCanBeRedriven() throws Exception {
        FlowInTest flow = flow(quick());
        AtomicInteger tea = new AtomicInteger();
        flow.functions.put("checkout", call -> tea.get() == 0 ? failed() : said("tea"));
        flow.settings.put("checkout", events(2, null, null));
        Event sent = event("checkout", "{}");
        assertThat(flow.room.take(sent)).isInstanceOf(Taken.Kept.class);

        flow.await(sent.id(), State.DEAD);
        assertThat(flow.record(sent.id()).attempts()).isEqualTo(3);
        assertThat(flow.record(sent.id()).why()).isEqualTo("RetriesExhausted: TypeError: no tea");
        assertThat(flow.calls).extracting(Event::id).containsOnly(sent.id());
        tea.set(1);
        try (Store beside = flow.beside()) { // as the command does, in another process
            assertThat(beside.eventRecords().redrive(sent.id(), null, Instant.now()))
                    .isEqualTo(1);
        }
        flow.await(sent.id(), State.DELIVERED);
        assertThat(flow.meters.get("weft.events.dead.letters").counter().count())
                .isEqualTo(1);
        assertThat(flow.meters.get("weft.events.retried").counter().count()).isEqualTo(2);
    }

    @Test
    void eventsOfANamespaceStayInIt() throws Exception {
        FlowInTest flow = flow(quick());
        for (String each : List.of("pay", "told")) {
            flow.functions.put(each, call -> said(""));
            flow.functions.put(each + ".shop", call -> said(""));
        }
        flow.settings.put("pay.shop", events(0, "told", null));
        Event plain = event("pay", "{}");
        Event sent = new Event(
                plain.id(),
                "shop",
                "pay",
                plain.source(),
                "",
                plain.contentType(),
                Map.of(),
                plain.payload(),
                plain.origin());

        assertThat(flow.room.take(sent)).isInstanceOf(Taken.Kept.class);
        await(() -> flow.calls.size() == 2);

        assertThat(flow.calls).extracting(Event::namespace).containsOnly("shop");
        assertThat(flow.calls).extracting(Event::function).containsExactly("pay", "told");
        assertThat(Objects.requireNonNull(flow.room.find("shop", sent.id())).function())
                .isEqualTo("pay");
        assertThat(flow.room.find("default", sent.id())).isNull();
        assertThat(flow.room.list(filter("shop", "pay"))).hasSize(1);
        assertThat(flow.room.list(filter("shop", null))).hasSize(2);
        assertThat(flow.room.list(filter("default", "pay.shop"))).isEmpty();
        assertThat(flow.room.list(filter("default", null))).isEmpty();
    }

    private static Filter filter(String namespace, @Nullable String function) {
        return new Filter(namespace, function, null, false, Instant.EPOCH, Filter.EVER, 0, 10);
    }

    @Test
    void aCloudThatIsAwayIsWaitedForAndUsesUpNoRetry() throws Exception {
        FlowInTest flow = flow(quick());
        AtomicInteger times = new AtomicInteger();
        flow.functions.put("checkout", call -> times.incrementAndGet() < 2 ? away() : said("back"));
        flow.settings.put("checkout", events(0, null, null));
        Event sent = event("checkout", "{}");
        assertThat(flow.room.take(sent)).isInstanceOf(Taken.Kept.class);

        flow.await(sent.id(), State.DELIVERED);
        assertThat(flow.record(sent.id()).attempts()).isEqualTo(2);
        assertThat(flow.record(sent.id()).failures()).isZero();
    }

    @Test
    void anEventThatIsTooOldIsNotCalledWith() throws Exception {
        FlowInTest flow = flow(quick());
        flow.functions.put("checkout", call -> away());
        flow.settings.put("checkout", new Events(2, Duration.ofSeconds(1), Duration.ofMillis(20), null, null));
        Event sent = event("checkout", "{}");
        assertThat(flow.room.take(sent)).isInstanceOf(Taken.Kept.class);
        flow.await(sent.id(), State.DEAD);
        assertThat(flow.record(sent.id()).why()).startsWith("EventAgeExceeded");
    }

    @Test
    void destinationsAreToldInARecordOfAwssShapeAndTheirHopsGrow() throws Exception {
        FlowInTest flow = flow(quick());
        flow.functions.put("good", call -> said("{\"total\":12345678901234567890.10}"));
        flow.functions.put("bad", call -> failed());
        flow.functions.put("told", call -> said(""));
        flow.settings.put("good", events(0, "told", null));
        flow.settings.put("bad", events(1, null, "told"));
        Trace trace = Trace.start();
        Event good = new Event(
                Event.newId(),
                "default",
                "good",
                "aws",
                "KEY",
                null,
                Map.of(),
                "{\"n\":1}".getBytes(StandardCharsets.UTF_8),
                new Event.Origin(trace, 4));
        assertThat(flow.room.take(good)).isInstanceOf(Taken.Kept.class);
        Event bad = event("bad", "no json");
        assertThat(flow.room.take(bad)).isInstanceOf(Taken.Kept.class);

        await(() -> flow.calls.stream()
                        .filter(each -> each.function().equals("told"))
                        .count()
                == 2);
        JsonNode success = told(flow, good.id());
        assertThat(success.path("requestContext").path("condition").asString()).isEqualTo("Success");
        assertThat(success.path("requestPayload").toString()).isEqualTo("{\"n\":1}");
        assertThat(flow.calls.stream().map(EventRoomTest::text))
                .anyMatch(each -> each.contains("\"responsePayload\":{\"total\":12345678901234567890.10}"));
        assertThat(success.path("responseContext").path("statusCode").asInt()).isEqualTo(200);
        JsonNode failure = told(flow, bad.id());
        assertThat(failure.path("requestContext").path("condition").asString()).isEqualTo("RetriesExhausted");
        assertThat(failure.path("requestContext").path("approximateInvokeCount").asInt())
                .isEqualTo(2);
        assertThat(failure.path("requestPayload").asString()).isEqualTo("no json");
        assertThat(failure.path("responseContext").path("functionError").asString())
                .isEqualTo("Unhandled");
        assertThat(failure.path("responsePayload").path("errorMessage").asString())
                .isEqualTo("no tea");
        Event sent = flow.calls.stream()
                .filter(each -> each.function().equals("told") && text(each).contains(good.id()))
                .findFirst()
                .orElseThrow();
        assertThat(sent.origin().hops()).isEqualTo(5);
        assertThat(Objects.requireNonNull(sent.origin().trace()).traceId()).isEqualTo(trace.traceId());
    }

    private static String text(Event event) {
        return new String(event.payload(), StandardCharsets.UTF_8);
    }

    private static JsonNode told(FlowInTest flow, String id) {
        return flow.calls.stream()
                .filter(each -> each.function().equals("told"))
                .map(each -> JsonMapper.shared().readTree(each.payload()))
                .filter(each ->
                        each.path("requestContext").path("requestId").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oneFunctionThatIsSlowOrAwayHoldsUpNoOtherAndNoneHasMoreThanItsShare() throws Exception {
        FlowInTest flow = flow(limits(100, 1 << 20, 1 << 10, 4));
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger slowAtOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        flow.functions.put("slow", call -> {
            most.accumulateAndGet(slowAtOnce.incrementAndGet(), Math::max);
            go.await();
            slowAtOnce.decrementAndGet();
            return said("");
        });
        flow.functions.put("away", call -> away());
        flow.functions.put("quick", call -> said(""));
        for (int i = 0; i < 10; i++) {
            assertThat(flow.room.take(event("slow", "{}"))).isInstanceOf(Taken.Kept.class);
            assertThat(flow.room.take(event("away", "{}"))).isInstanceOf(Taken.Kept.class);
        }
        Event quick = event("quick", "{}");
        assertThat(flow.room.take(quick)).isInstanceOf(Taken.Kept.class);
        flow.await(quick.id(), State.DELIVERED);
        await(() -> slowAtOnce.get() == 2);
        assertThat(most.get()).isEqualTo(2); // deliveriesOfFunctionMax
        assertThat(flow.atOnceMost.get()).isLessThanOrEqualTo(4); // deliveriesMax
        go.countDown();
        await(() -> flow.calls.stream()
                        .filter(each -> each.function().equals("slow"))
                        .count()
                == 10);
        assertThat(most.get()).isEqualTo(2);
    }

    @Test
    void moreThanMayWaitIsRefusedAndSoIsWhatIsTooLarge() throws Exception {
        FlowInTest flow = flow(limits(3, 40, 20, 4));
        CountDownLatch go = new CountDownLatch(1);
        flow.functions.put("slow", call -> {
            go.await();
            return said("");
        });
        assertThat(why(flow, event("slow", "x".repeat(21)))).isEqualTo(Taken.Why.TOO_LARGE);
        Event first = event("slow", "x".repeat(20));
        assertThat(flow.room.take(first)).isInstanceOf(Taken.Kept.class);
        // one that is being written may count twice for a moment, never not at all
        await(() -> flow.room.take(event("slow", "x".repeat(19))) instanceof Taken.Kept);
        assertThat(why(flow, event("slow", "xx"))).isEqualTo(Taken.Why.FULL); // 41 bytes together
        await(() -> flow.room.take(event("slow", "x")) instanceof Taken.Kept);
        assertThat(why(flow, event("slow", ""))).isEqualTo(Taken.Why.FULL); // four of them
        go.countDown();
        flow.await(first.id(), State.DELIVERED);
        await(() -> flow.room.take(event("slow", "xx")) instanceof Taken.Kept);
        assertThat(flow.meters
                        .get("weft.events.refused")
                        .tag("why", "full")
                        .counter()
                        .count())
                .isGreaterThanOrEqualTo(2);
    }

    @Test
    void severalAreKeptTogetherOrNoneOfThem() throws Exception {
        FlowInTest flow = flow(limits(3, 40, 20, 4));
        CountDownLatch go = new CountDownLatch(1);
        flow.functions.put("slow", call -> {
            go.await();
            return said("");
        });
        List<Event> four = List.of(event("slow", ""), event("slow", ""), event("slow", ""), event("slow", ""));
        assertThat(flow.room.takeAll(four)).isInstanceOf(Taken.Refused.class);
        assertThat(flow.room.takeAll(List.of(event("slow", ""), event("slow", "x".repeat(21)))))
                .isInstanceOf(Taken.Refused.class);
        for (Event each : four) {
            assertThat(flow.room.find("default", each.id())).isNull();
        }
        await(() -> flow.room.takeAll(four.subList(0, 3)) instanceof Taken.Kept);
        go.countDown();
        for (Event each : four.subList(0, 3)) {
            flow.await(each.id(), State.DELIVERED);
        }
    }

    @Test
    void whatIsPerformedDoesNotBeginAnewAfterItFailed() throws Exception {
        FlowInTest flow = flow(quick());
        flow.functions.put("vendor:sequence:a/b", call -> failed());
        Event sent = event("vendor:sequence:a/b", "{}");
        assertThat(flow.room.take(sent)).isInstanceOf(Taken.Kept.class);
        flow.await(sent.id(), State.DEAD);
        assertThat(flow.record(sent.id()).attempts()).isEqualTo(1);
    }

    private static Taken.Why why(FlowInTest flow, Event event) {
        return flow.room.take(event) instanceof Taken.Refused(Taken.Why why, String _) ? why : Taken.Why.UNAVAILABLE;
    }

    @Test
    void whatAnotherProcessHadClaimedAndNotRenewedIsDelivered() throws Exception {
        FlowInTest first = flow(quick());
        first.functions.put("checkout", call -> said(""));
        Event sent = event("checkout", "{}");
        try (Store other = first.beside()) {
            other.events().add(List.of(sent), Instant.now());
            // it may have been delivered by now: then there is nothing to claim, and the test goes on with that
            int claimed = other.events()
                    .claim(
                            Map.of("checkout", 1),
                            "gone",
                            Instant.now(),
                            Instant.now().plusMillis(300))
                    .size();
            first.await(sent.id(), State.DELIVERED);
            assertThat(first.record(sent.id()).attempts()).isEqualTo(claimed + 1);
        }
    }

    @Test
    void whatIsUnderWayWhenItStopsIsGivenBackAndDeliveredByTheNext() throws Exception {
        FlowInTest first = flow(quick());
        CountDownLatch began = new CountDownLatch(1);
        first.functions.put("checkout", call -> {
            began.countDown();
            new CountDownLatch(1).await();
            return said("");
        });
        Event sent = event("checkout", "{}");
        assertThat(first.room.take(sent)).isInstanceOf(Taken.Kept.class);
        assertThat(began.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        assertThat(first.room.drain(Duration.ofMillis(50))).isEqualTo(1);
        assertThat(first.record(sent.id()).state()).isEqualTo(State.WAITING);
        first.close();
        assertThat(why(first, event("checkout", "{}"))).isEqualTo(Taken.Why.UNAVAILABLE);

        FlowInTest next = flow(quick());
        next.functions.put("checkout", call -> said(""));
        next.await(sent.id(), State.DELIVERED);
        assertThat(next.record(sent.id()).attempts()).isEqualTo(2);
    }

    @Test
    void whoSendsNothingHasNoStore() throws Exception {
        FlowInTest flow = flow(quick());
        assertThat(why(flow, event("f", "x".repeat(2 << 20)))).isEqualTo(Taken.Why.TOO_LARGE);
        assertThat(folder.resolve("weft.db")).doesNotExist();
        flow.room.note(new EventRecord(
                Event.newId(),
                "default",
                "f",
                "openwhisk",
                "K",
                State.CALLED,
                Instant.now(),
                Instant.now(),
                1,
                0,
                2,
                "",
                null));
        await(() -> java.nio.file.Files.exists(folder.resolve("weft.db"))
                && flow.room
                                .list(dev.weft.api.event.Events.Filter.all("default", 9))
                                .size()
                        == 1);
    }
}
