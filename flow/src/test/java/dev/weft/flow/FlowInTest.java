// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.resource.Events;
import dev.weft.api.resource.Function;
import dev.weft.store.Store;
import dev.weft.testkit.Copy;
import dev.weft.testkit.SampleFunction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A room of events over a real store, before functions that a test plays. */
final class FlowInTest implements AutoCloseable {
    private static final Duration MOST = Duration.ofSeconds(20);

    /** What a function does when it is called. */
    interface Played {
        Caller.Ended call(Event event) throws InterruptedException;
    }

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Map<String, Played> functions = new ConcurrentHashMap<>();
    final Map<String, Events> settings = new ConcurrentHashMap<>();
    final List<Event> calls = new CopyOnWriteArrayList<>();
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger atOnceMost = new AtomicInteger();
    final EventRoom room;
    private final Path file;

    FlowInTest(Path file, FlowLimits limits) {
        this.file = file;
        room = EventRoom.open(opening(), new EventRoom.Around(new Playing(), this::function, limits, clock(), meters));
    }

    /** As usual, but quick. */
    static FlowLimits quick() {
        FlowLimits usual = FlowLimits.USUAL;
        return new FlowLimits(
                usual.waitingMax(),
                usual.waitingBytesMax(),
                usual.payloadBytesMax(),
                usual.deliveriesMax(),
                usual.deliveriesOfFunctionMax(),
                Duration.ofMillis(600),
                Duration.ofMillis(50),
                usual.notesMax());
    }

    private static InstantSource clock() {
        return InstantSource.system();
    }

    private EventRoom.Opening opening() {
        return new EventRoom.Opening() {
            @Override
            public boolean there() {
                return java.nio.file.Files.exists(file);
            }

            @Override
            public Store open() {
                return Store.embedded(file);
            }
        };
    }

    /** The same store, by another connection: as another process has it. */
    Store beside() {
        return Store.embedded(file);
    }

    private @Nullable Function function(String name) {
        Events its = settings.get(name);
        if (!functions.containsKey(name)) {
            return null;
        }
        Function sample = SampleFunction.http(name, "node").function();
        return Copy.withSpec(sample, "events", its);
    }

    private final class Playing implements Caller {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public Ended call(Event event) throws InterruptedException {
            calls.add(event);
            int now = atOnce.incrementAndGet();
            atOnceMost.accumulateAndGet(now, Math::max);
            try {
                Played played = functions.get(event.function());
                return played == null ? new Ended.Absent() : played.call(event);
            } finally {
                atOnce.decrementAndGet();
            }
        }

        @Override
        public String logTail(Event event) {
            return "log of " + event.id() + '\n';
        }
    }

    static Caller.Ended said(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Caller.Ended.Spoke(
                new Outcome.Result("text/plain", Headers.none(), Body.empty()), bytes, "here", Duration.ofMillis(1));
    }

    static Caller.Ended failed() {
        return new Caller.Ended.Spoke(
                new Outcome.Failure(Outcome.Failure.Reason.ERROR, "TypeError", "no tea", new byte[0], ""),
                new byte[0],
                "here",
                Duration.ofMillis(1));
    }

    static Caller.Ended away() {
        return new Caller.Ended.Failed(new CloudException(CloudException.Kind.BUSY, "full", null));
    }

    static Event event(String function, String payload) {
        return new Event(
                Event.newId(),
                "default",
                function,
                Event.BY_WEFT,
                "",
                "application/json",
                Map.of(),
                payload.getBytes(StandardCharsets.UTF_8),
                Event.Origin.OUTSIDE);
    }

    EventRecord record(String id) {
        EventRecord found = room.find("default", id);
        if (found == null) {
            throw new AssertionError("no event " + id);
        }
        return found;
    }

    void await(String id, EventRecord.State state) throws Exception {
        await(() -> record(id).state() == state);
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + MOST.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited %s", MOST).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        room.close();
    }
}
