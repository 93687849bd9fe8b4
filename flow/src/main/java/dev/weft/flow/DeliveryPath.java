// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.CloudException;
import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.resource.Events;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.flow.Delivery.Answer;
import dev.weft.flow.Delivery.Facts;
import dev.weft.flow.Delivery.Next;
import dev.weft.store.Events.Claimed;
import dev.weft.store.Events.Settled;
import dev.weft.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * An event's way from the store to its function: read what is known, decide whether to call, call, decide what is next, write that
 * down. Blocking, on a virtual thread of its own.
 */
final class DeliveryPath {
    /** What is performed by several calls does not begin anew after one of them failed. */
    private static final Events ONCE = new Events(0, Events.USUAL.maxAge(), Events.USUAL.retryAfter(), null, null);

    private static final Duration WRITE_AGAIN_AFTER = Duration.ofSeconds(1);
    private static final System.Logger LOG = System.getLogger("dev.weft.flow");

    private final dev.weft.store.Events store;
    private final String holder;
    private final Caller caller;
    private final EventRoom.Served served;
    private final InstantSource clock;
    private final DeliveryDecider decider = new DeliveryDecider();

    /** Settles in {@code store} what {@code holder} has claimed there. */
    DeliveryPath(
            dev.weft.store.Events store, String holder, Caller caller, EventRoom.Served served, InstantSource clock) {
        this.store = store;
        this.holder = holder;
        this.caller = caller;
        this.served = served;
        this.clock = clock;
    }

    /**
     * What came of one.
     *
     * @param answer null where no call was made
     * @param sent to a destination; null where none is told
     * @param ours false where the claim was over before this was written
     */
    record Done(
            Next next, @Nullable Answer answer, @Nullable Event sent, boolean ours) {}

    /** Delivers, or not; an interrupt leaves the claim as it is. */
    Done deliver(Claimed claimed) throws InterruptedException {
        Events settings = settings(claimed.event().function());
        Facts facts = new Facts(
                settings,
                claimed.since(),
                claimed.failures(),
                claimed.troubles(),
                ThreadLocalRandom.current().nextDouble());
        Next early = decider.before(facts, clock.instant());
        if (early != null) {
            return record(claimed, early, null, settings);
        }
        Caller.Ended ended = call(claimed.event());
        return record(claimed, decider.after(facts, Answers.of(ended), clock.instant()), ended, settings);
    }

    private Events settings(String function) {
        if (Event.performed(function)) {
            return ONCE;
        }
        Function found = served.find(function);
        return found == null
                ? Events.USUAL
                : Objects.requireNonNullElse(found.spec().events(), Events.USUAL);
    }

    /** The event as who calls and reads knows it. */
    static Event plain(Event queued) {
        return queued.withFunction(Event.plain(queued.function()));
    }

    private Caller.Ended call(Event event) throws InterruptedException {
        try {
            return caller.call(plain(event));
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "event " + event.id() + " could not be called with", bug);
            return new Caller.Ended.Failed(
                    new CloudException(CloudException.Kind.UNKNOWN, "something in Weft is broken", bug));
        }
    }

    private Done record(Claimed claimed, Next next, Caller.@Nullable Ended ended, Events settings)
            throws InterruptedException {
        Instant now = clock.instant();
        EventRecord.Last last = ended == null ? null : Answers.last(ended, now, "");
        Event told = told(claimed, next, new DestinationRecord.Told(now, last), settings);
        Settled settled =
                switch (next) {
                    case Next.Delivered() -> new Settled.Over(EventRecord.State.DELIVERED, "", told);
                    case Next.Dead(Delivery.Condition condition, String why) ->
                        new Settled.Over(EventRecord.State.DEAD, condition.word() + ": " + why, told);
                    case Next.Again(Instant due, int failures, int troubles, String why) ->
                        new Settled.Again(due, failures, troubles, why);
                };
        Answer answer = ended == null ? null : Answers.of(ended);
        while (true) {
            try {
                return new Done(next, answer, told, store.settle(claimed, holder, settled, last, now));
            } catch (StoreException unwritten) {
                // its place is kept, so that a store that can't be written is not called past
                LOG.log(
                        Level.WARNING,
                        "what became of event " + claimed.event().id() + " can't be written; it is tried again: "
                                + unwritten.getMessage());
                Thread.sleep(WRITE_AGAIN_AFTER);
            }
        }
    }

    private static @Nullable Event told(Claimed claimed, Next next, DestinationRecord.Told how, Events settings) {
        return switch (next) {
            case Next.Again _ -> null;
            case Next.Delivered() -> to(settings.onSuccess(), claimed, "Success", how);
            case Next.Dead dead ->
                to(settings.onFailure(), claimed, dead.condition().word(), how);
        };
    }

    private static @Nullable Event to(
            @Nullable String function, Claimed claimed, String condition, DestinationRecord.Told how) {
        return function == null
                ? null
                : DestinationRecord.to(
                        Metadata.qualified(claimed.event().namespace(), function),
                        claimed.event(),
                        condition,
                        claimed.attempts(),
                        how);
    }
}
