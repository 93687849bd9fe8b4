// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.resource.Function;
import dev.weft.store.EventRecords;
import dev.weft.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes events and has them delivered. The store is opened with the first event, or as soon as it is there: who sends none has
 * none. Blocking; safe for use by many threads.
 */
public final class EventRoom implements Events, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.weft.flow");

    private final Opening opening;
    private final Around around;
    private final FlowMeters meters;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Open open;

    /** Finds functions as they are served now. */
    @FunctionalInterface
    public interface Served {
        /** Null where there is none of that name. */
        @Nullable
        Function find(String name);
    }

    /** Where events are kept. */
    public interface Opening {
        /** Whether it is there already. */
        boolean there();

        /** Opens it, made if it is not there. */
        Store open();
    }

    /** What is around: who calls, which functions there are, how much there may be. */
    public record Around(Caller caller, Served served, FlowLimits limits, InstantSource clock, MeterRegistry meters) {}

    private record Open(
            Store store,
            dev.weft.store.Events queue,
            EventRecords records,
            Backlog backlog,
            Deliveries deliveries,
            Notes notes) {}

    private EventRoom(Opening opening, Around around) {
        this.opening = opening;
        this.around = around;
        this.meters = new FlowMeters(around.meters());
    }

    /** Opens the room. What is in the store already is delivered as soon as functions can be called. */
    public static EventRoom open(Opening opening, Around around) {
        EventRoom room = new EventRoom(opening, around);
        Thread.ofVirtual().name("events-open").start(room::openWhenThere);
        return room;
    }

    private void openWhenThere() {
        try {
            do {
                if (around.caller().ready() && opening.there()) {
                    try {
                        Open ignored = opened();
                    } catch (RuntimeException unusable) {
                        LOG.log(Level.WARNING, "events are not delivered yet: " + unusable.getMessage());
                    }
                }
            } while (open == null && !closing.await(around.limits().look().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Open opened() {
        Open here = open;
        if (here != null) {
            return here;
        }
        if (closing.getCount() == 0) {
            throw new IllegalStateException("Weft stops");
        }
        Store store = opening.open();
        try {
            Backlog backlog = new Backlog(around.limits());
            backlog.is(store.events().loads(), backlog.mark());
            Open opened = new Open(
                    store,
                    store.events(),
                    store.eventRecords(),
                    backlog,
                    new Deliveries(store, backlog, meters, around),
                    new Notes(store.eventRecords()::note, around.limits().notesMax()));
            open = opened;
            return opened;
        } catch (RuntimeException unusable) {
            store.close();
            throw unusable;
        }
    }

    @Override
    public Taken take(Event event) {
        return takeAll(List.of(event));
    }

    @Override
    public Taken takeAll(List<Event> sent) {
        List<Event> events = sent.stream()
                .map(each -> each.withFunction(Event.queued(each.namespace(), each.function())))
                .toList();
        Taken taken = kept(events);
        switch (taken) {
            case Taken.Kept _ -> events.forEach(each -> meters.accepted(each.function()));
            case Taken.Refused(Taken.Why why, String _) -> meters.refused(why);
        }
        return taken;
    }

    private Taken kept(List<Event> events) {
        int most = around.limits().payloadBytesMax();
        for (Event each : events) {
            int bytes = each.payload().length;
            if (bytes > most) {
                return new Taken.Refused(
                        Taken.Why.TOO_LARGE, "the event has " + bytes + " bytes; one may have " + most);
            }
        }
        try {
            Open here = opened();
            List<Event> added = new ArrayList<>();
            boolean there = false;
            try {
                for (Event each : events) {
                    if (!here.backlog().add(each.payload().length)) {
                        return new Taken.Refused(
                                Taken.Why.FULL,
                                "as many events wait as may: "
                                        + around.limits().waitingMax() + ", or "
                                        + around.limits().waitingBytesMax() + " bytes");
                    }
                    added.add(each);
                }
                here.queue().add(events, around.clock().instant());
                there = true;
            } finally {
                for (Event each : added) {
                    here.backlog().written(each.payload().length, there);
                }
            }
            events.forEach(each -> here.deliveries().arrived(each.function()));
            return new Taken.Kept(events.getFirst().id());
        } catch (RuntimeException unwritten) { // whatever it is: the sender must not believe that it is kept
            LOG.log(Level.WARNING, "an event could not be kept: " + unwritten.getMessage());
            return new Taken.Refused(Taken.Why.UNAVAILABLE, "events can't be kept now");
        }
    }

    @Override
    public @Nullable EventRecord find(String namespace, String id) {
        EventRecord found = opened().records().find(namespace, id);
        return found == null ? null : plain(found);
    }

    @Override
    public List<EventRecord> list(Filter filter) {
        String namespace = filter.namespace();
        String function = filter.function();
        Filter kept =
                namespace == null || function == null ? filter : filter.withFunction(Event.queued(namespace, function));
        return opened().records().list(kept).stream().map(EventRoom::plain).toList();
    }

    private static EventRecord plain(EventRecord kept) {
        return kept.withFunction(Event.plain(kept.function()));
    }

    @Override
    public void note(EventRecord called) {
        EventRecord record = called.withFunction(Event.queued(called.namespace(), called.function()));
        Open here = open;
        if (here != null) {
            here.notes().add(record);
        } else {
            Thread.ofVirtual().name("events-open").start(() -> {
                try {
                    opened().notes().add(record);
                } catch (RuntimeException unusable) {
                    LOG.log(Level.WARNING, "the record of a call is left out: " + unusable.getMessage());
                }
            });
        }
    }

    /** No more events are delivered from now on; those that come are kept. */
    public void pause() {
        Open here = open;
        if (here != null) {
            here.deliveries().pause();
        }
    }

    /** Waits at most {@code most} for calls under way; what is left is given back to the store. How many that were. Blocking. */
    public int drain(Duration most) throws InterruptedException {
        Open here = open;
        return here == null ? 0 : here.deliveries().drain(most);
    }

    @Override
    public void close() {
        closing.countDown();
        synchronized (this) {
            Open here = open;
            if (here != null) {
                open = null;
                try {
                    here.notes().close();
                    here.deliveries().close();
                } finally {
                    here.store().close();
                }
            }
        }
    }
}
