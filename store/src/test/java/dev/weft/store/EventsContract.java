// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Trace;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.EventRecord.Said;
import dev.weft.api.event.EventRecord.State;
import dev.weft.api.event.Events.Filter;
import dev.weft.store.Events.Claimed;
import dev.weft.store.Events.Settled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store must do with events. */
abstract class EventsContract extends KeysAndAuditContract {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final Instant LEASE = NOON.plusSeconds(15);

    private static Event event(String function) {
        return new Event(
                Event.newId(),
                "default",
                function,
                "aws",
                "KEY",
                "application/json",
                Map.of("client-context", "{\"a\":\"ü &=\0\"}", "x", ""),
                "{\"n\":1}".getBytes(StandardCharsets.UTF_8),
                new Event.Origin(Trace.parse("00-" + "ab".repeat(16) + "-" + "cd".repeat(8) + "-01", "k=v"), 3));
    }

    private Event added(String function) {
        Event event = event(function);
        store().events().add(List.of(event), NOON);
        return event;
    }

    private List<Claimed> claim(String function, int most, String holder, Instant now) {
        return store().events().claim(Map.of(function, most), holder, now, now.plusSeconds(15));
    }

    private static EventRecord.Last last(Said said, int bytes) {
        return new EventRecord.Last(
                NOON.plusSeconds(1),
                Duration.ofMillis(7),
                "aws-eu",
                said,
                said == Said.FAILURE ? "ERROR" : "",
                "TypeError",
                "no \0 tea",
                "text/plain",
                new byte[bytes],
                bytes,
                "line\0one\n");
    }

    private EventRecord record(Event event) {
        return Objects.requireNonNull(store().eventRecords().find("default", event.id()));
    }

    @Test
    void anEventComesBackAsItWasPutThere() {
        Event event = added("checkout");
        assertThat(claim("other", 9, "me", NOON)).isEmpty();
        Claimed claimed = claim("checkout", 9, "me", NOON).getFirst();

        assertThat(claimed.event()).usingRecursiveComparison().isEqualTo(event);
        assertThat(claimed.attempts()).isEqualTo(1);
        assertThat(claimed.accepted()).isEqualTo(NOON);
        assertThat(claim("checkout", 9, "you", NOON)).isEmpty();
        assertThat(record(event).state()).isEqualTo(State.RUNNING);
        assertThat(store().eventRecords().find("theirs", event.id())).isNull();
    }

    @Test
    void whatWasClaimedIsSettledOnceByWhoClaimedIt() {
        Event event = added("checkout");
        Claimed claimed = claim("checkout", 1, "me", NOON).getFirst();
        Settled delivered = new Settled.Over(State.DELIVERED, "", event("told"));

        assertThat(store().events().settle(claimed, "you", delivered, null, NOON))
                .isFalse();
        assertThat(store().events().settle(claimed, "me", delivered, last(Said.RESULT, 5), NOON))
                .isTrue();
        assertThat(store().events().settle(claimed, "me", delivered, null, NOON))
                .isFalse();

        EventRecord record = record(event);
        assertThat(record.state()).isEqualTo(State.DELIVERED);
        EventRecord.Last last = Objects.requireNonNull(record.last());
        assertThat(last.result()).hasSize(5);
        assertThat(last.took()).isEqualTo(Duration.ofMillis(7));
        assertThat(last.message()).isEqualTo("no \uFFFD tea");
        assertThat(store().eventRecords().payload(event.id())).isNull();
        assertThat(claim("told", 9, "me", NOON)).hasSize(1); // once, and only with the delivery
    }

    @Test
    void whatIsTriedAgainIsDueThenAndKeepsItsCounts() {
        Event event = added("checkout");
        Claimed first = claim("checkout", 1, "me", NOON).getFirst();
        Instant due = NOON.plusSeconds(60);
        assertThat(store().events()
                        .settle(first, "me", new Settled.Again(due, 1, 2, "it failed"), last(Said.FAILURE, 0), NOON))
                .isTrue();

        assertThat(claim("checkout", 1, "me", due.minusMillis(1))).isEmpty();
        Claimed second = claim("checkout", 1, "me", due).getFirst();
        assertThat(second.attempts()).isEqualTo(2);
        assertThat(second.failures()).isEqualTo(1);
        assertThat(second.troubles()).isEqualTo(2);
        assertThat(record(event).why()).isEqualTo("it failed");
    }

    @Test
    void aClaimOfOneWhoIsGoneIsAnybodysAgainAndHisLateWordIsNotHeard() {
        added("checkout");
        Claimed lost = claim("checkout", 1, "gone", NOON).getFirst();
        assertThat(store().events().recover(LEASE)).isZero();
        assertThat(store().events().renew("gone", LEASE.plusSeconds(15))).isEqualTo(1);
        assertThat(store().events().recover(LEASE.plusSeconds(1))).isZero();
        assertThat(store().events().recover(LEASE.plusSeconds(16))).isEqualTo(1);

        Claimed again = claim("checkout", 1, "gone", LEASE.plusSeconds(16)).getFirst();
        assertThat(again.attempts()).isEqualTo(2);
        Settled delivered = new Settled.Over(State.DELIVERED, "", null);
        assertThat(store().events().settle(lost, "gone", delivered, null, NOON)).isFalse();
        assertThat(store().events().settle(again, "gone", delivered, null, NOON))
                .isTrue();
        added("checkout");
        assertThat(claim("checkout", 1, "stops", NOON)).hasSize(1);
        assertThat(store().events().release("stops")).isEqualTo(1);
        assertThat(claim("checkout", 1, "next", NOON)).hasSize(1);
    }

    @Test
    void manyWhoClaimAtOnceEachGetTheirOwn() throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            events.add(event(i % 2 == 0 ? "a" : "b"));
        }
        store().events().add(events, NOON);
        List<Callable<List<Claimed>>> many = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String holder = "h" + i;
            many.add(() -> {
                List<Claimed> all = new ArrayList<>();
                List<Claimed> some;
                do {
                    some = store().events().claim(Map.of("a", 3, "b", 3), holder, NOON, LEASE);
                    all.addAll(some);
                } while (!some.isEmpty());
                return all;
            });
        }
        List<String> got = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (Future<List<Claimed>> each : threads.invokeAll(many)) {
                each.get().forEach(one -> got.add(one.event().id()));
            }
        }
        // one whose rows were all taken by others stops early; nothing is claimed twice
        assertThat(got).doesNotHaveDuplicates();
        got.addAll(store().events().claim(Map.of("a", 60, "b", 60), "last", NOON, LEASE).stream()
                .map(each -> each.event().id())
                .toList());
        assertThat(got)
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(Event::id).toList());
        assertThat(store().events().loads())
                .extracting(each -> each.function() + ' ' + each.state() + ' ' + each.events() + ' ' + each.bytes())
                .containsExactlyInAnyOrder("a RUNNING 30 210", "b RUNNING 30 210");
    }

    @Test
    void deadLettersKeepWhatTheyCarryAndComeBackAsIfTheyWereNew() {
        Event one = added("checkout");
        Event two = added("checkout");
        for (Claimed each : claim("checkout", 2, "me", NOON)) {
            assertThat(store().events().settle(each, "me", new Settled.Over(State.DEAD, "it failed", null), null, NOON))
                    .isTrue();
        }
        EventRecords records = store().eventRecords();
        assertThat(records.list(new Filter("default", null, State.DEAD, false, Instant.EPOCH, Filter.EVER, 0, 9)))
                .hasSize(2);
        assertThat(records.payload(one.id())).isEqualTo(one.payload());

        Instant later = NOON.plusSeconds(600);
        assertThat(records.redrive(one.id(), null, later)).isEqualTo(1);
        assertThat(records.redrive(one.id(), null, later)).isZero();
        assertThat(records.redrive(null, "nobody", later)).isZero();
        Claimed again = claim("checkout", 9, "me", later).getFirst();
        assertThat(again.event().id()).isEqualTo(one.id());
        assertThat(again.since()).isEqualTo(later);
        assertThat(again.failures()).isZero();
        assertThat(records.redrive(null, null, later)).isEqualTo(1);
        assertThat(record(two).state()).isEqualTo(State.WAITING);
    }

    @Test
    void recordsThatAreTooOldOrTooManyGoAndResultsThatAreTooLongAreLeftOut() {
        EventRecords few = store().eventRecords(2, 1);
        Event long1 = added("checkout");
        for (int i = 0; i < 4; i++) {
            added("checkout");
        }
        List<Claimed> all = claim("checkout", 9, "me", NOON);
        for (int i = 0; i < all.size(); i++) {
            State state = i < 3 ? State.DELIVERED : State.DEAD;
            int bytes = EventRecord.RESULT_BYTES_MAX + (all.get(i).event().id().equals(long1.id()) ? 1 : 0);
            assertThat(store().events()
                            .settle(
                                    all.get(i),
                                    "me",
                                    new Settled.Over(state, "", null),
                                    last(Said.RESULT, bytes),
                                    NOON.plusSeconds(i)))
                    .isTrue();
        }
        EventRecord.Last kept = Objects.requireNonNull(record(long1).last());
        assertThat(kept.result()).isEmpty();
        assertThat(kept.resultBytes()).isEqualTo(EventRecord.RESULT_BYTES_MAX + 1);
        store().eventRecords()
                .note(List.of(new EventRecord(
                        Event.newId(),
                        "default",
                        "f",
                        "openwhisk",
                        "KEY",
                        State.CALLED,
                        NOON,
                        NOON,
                        1,
                        0,
                        2,
                        "",
                        kept)));

        assertThat(few.forget(NOON.plusSeconds(9))).isEqualTo(1);
        assertThat(few.list(Filter.all("default", 9)))
                .extracting(EventRecord::state)
                .containsExactlyInAnyOrder(State.DELIVERED, State.DELIVERED, State.DEAD, State.CALLED);
        assertThat(few.forget(NOON.plus(Duration.ofHours(25)))).isZero();
        assertThat(few.list(Filter.all("default", 9)))
                .extracting(EventRecord::state)
                .containsExactly(State.DEAD);
        assertThat(few.forget(NOON.plus(Duration.ofDays(15)))).isEqualTo(1);
        assertThat(few.list(Filter.all("default", 9))).isEmpty();
    }
}
