// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Performer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A sequence's actions, called in turn. */
class SequencePerformerTest {
    private final Known.Shop shop = new Known.Shop();
    private final List<Event> called = new ArrayList<>();
    private final Deque<Caller.Ended> ends = new ArrayDeque<>();
    private final List<EventRecord> noted = new ArrayList<>();

    private final Caller caller = new Caller() {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public Ended call(Event event) {
            called.add(event);
            return ends.isEmpty() ? said("{\"n\":" + called.size() + '}') : ends.removeFirst();
        }

        @Override
        public String logTail(Event event) {
            return "";
        }
    };

    private final Events events = new Events() {
        @Override
        public Taken take(Event event) {
            throw new AssertionError("no event is left");
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
    };

    private static Caller.Ended said(String json) {
        return new Caller.Ended.Spoke(
                new Outcome.Result("application/json", Headers.none(), Body.empty()),
                json.getBytes(StandardCharsets.UTF_8),
                "here",
                Duration.ofMillis(3));
    }

    private void sequence(String name, String more, String... components) {
        String said = "{\"version\":1," + more + "\"components\":[\"" + String.join("\",\"", components) + "\"]}";
        shop.shelf().change("shop", desk -> desk.put("openwhisk/sequence", name, said));
    }

    private Performer.Performed performed(Duration timeMax, String name, String payload) throws InterruptedException {
        Event event = new Event(
                "44794bd6-aab7-4415-b4e4-2a308d880e5b",
                "shop",
                "openwhisk:sequence:" + name,
                "openwhisk",
                "KEY",
                "application/json",
                Map.of(),
                payload.getBytes(StandardCharsets.UTF_8),
                new Event.Origin(null, 3));
        return new SequencePerformer(Instant::now, timeMax).perform(event, new Performer.Stage(caller, shop, events));
    }

    private Performer.Performed performed(String name, String payload) throws InterruptedException {
        return performed(Duration.ofMinutes(1), name, payload);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String failure(Performer.Performed performed) {
        Outcome.Failure failure = (Outcome.Failure) ((Caller.Ended.Spoke) performed.ended()).outcome();
        return failure.type() + ' ' + text(failure.payload());
    }

    @Test
    void whatOneAnswersIsWhatTheNextGets() throws InterruptedException {
        sequence("chain", "\"parameters\":[{\"key\":\"p\",\"value\":1.0},{\"key\":\"q\",\"value\":1}],", "cart", "pay");
        Performer.Performed performed = performed("chain", "{\"q\":2}");
        assertThat(called).extracting(Event::function).containsExactly("cart", "pay");
        assertThat(called).extracting(each -> text(each.payload())).containsExactly("{\"p\":1.0,\"q\":2}", "{\"n\":1}");
        assertThat(called).allSatisfy(each -> assertThat(each.origin().hops()).isEqualTo(3));
        assertThat(text(((Caller.Ended.Spoke) performed.ended()).body())).isEqualTo("{\"n\":2}");
        assertThat(performed.log().lines())
                .containsExactlyElementsOf(
                        called.stream().map(each -> each.id().replace("-", "")).toList());
        assertThat(noted).extracting(EventRecord::function).containsExactly("cart", "pay");
        assertThat(noted.getFirst().why()).isEqualTo("part of 44794bd6aab74415b4e42a308d880e5b");
    }

    @Test
    void whereOneFailsTheSequenceHasFailedSo() throws InterruptedException {
        sequence("chain", "", "cart", "pay");
        ends.add(said("{\"error\":\"no tea\"}"));
        assertThat(failure(performed("chain", "{}"))).isEqualTo("application error {\"error\":\"no tea\"}");
        ends.add(said("[1]"));
        assertThat(failure(performed("chain", "{}"))).contains("takes a JSON object only");
        assertThat(called).extracting(Event::function).containsExactly("cart", "cart");
        sequence("gone", "", "cart", "none");
        assertThat(failure(performed("gone", "{}"))).contains("Sequence component does not exist.");
    }

    @Test
    void sequencesMayBeInOthersAndEachIsAnActivation() throws InterruptedException {
        sequence("inner", "", "cart", "pay");
        sequence("outer", "", "inner", "web");
        Performer.Performed performed = performed("outer", "{}");
        assertThat(called).extracting(Event::function).containsExactly("cart", "pay", "web");
        assertThat(performed.log().lines()).hasSize(2);
        EventRecord inner = noted.get(2);
        assertThat(inner.function()).isEqualTo("openwhisk:sequence:inner");
        assertThat(java.util.Objects.requireNonNull(inner.last()).log().lines()).hasSize(2);
        assertThat(performed.log()).startsWith(inner.id().replace("-", ""));
    }

    @Test
    void noMoreThanFiftyAreCalledEvenWhereTheInnerOneGrewLater() throws InterruptedException {
        String[] many = new String[30];
        java.util.Arrays.fill(many, "cart");
        sequence("inner", "", many);
        sequence("outer", "", "inner", "inner");
        assertThat(failure(performed("outer", "{}"))).contains("Too many actions in the sequence.");
        assertThat(called).hasSize(Sequences.COMPONENTS_MAX);
    }

    @Test
    void afterItsTimeNoFurtherActionBegins() throws InterruptedException {
        sequence("chain", "", "cart", "pay");
        assertThat(failure(performed(Duration.ZERO, "chain", "{}")))
                .contains("The sequence exceeded its time limit of 0 milliseconds.");
        assertThat(called).isEmpty();
        assertThat(SequencePerformer.TIME_MAX).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aCloudThatDidNotRunItIsAskedAgain() throws InterruptedException {
        sequence("chain", "", "cart");
        ends.add(new Caller.Ended.Failed(new CloudException(CloudException.Kind.BUSY, "full", null)));
        assertThat(performed("chain", "{}").ended())
                .isInstanceOfSatisfying(Caller.Ended.Spoke.class, spoke -> assertThat(text(spoke.body()))
                        .isEqualTo("{\"n\":2}"));
        ends.add(new Caller.Ended.Failed(new CloudException(CloudException.Kind.UNKNOWN, "silent", null)));
        assertThat(failure(performed("chain", "{}"))).contains("no cloud of the action answered: UNKNOWN");
        assertThat(called).hasSize(3);
        assertThat(performed("none", "{}").ended()).isInstanceOf(Caller.Ended.Absent.class);
    }

    @Test
    void whatIsTooLargeForTheNextIsNotSent() throws InterruptedException {
        sequence("chain", "\"parameters\":[{\"key\":\"p\",\"value\":\"" + "x".repeat(1 << 20) + "\"}],", "cart");
        assertThat(failure(performed("chain", "{}"))).contains("Request larger than allowed");
        assertThat(called).isEmpty();
    }
}
