// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.CloudException;
import dev.weft.api.event.Caller.Ended;
import dev.weft.api.event.Event;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Performer.Performed;
import dev.weft.api.facade.Wish;
import dev.weft.gateway.event.Invoked;
import dev.weft.gateway.event.Origin;
import dev.weft.net.ServerExchange;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Performs what is no function for clients that wait: each on a thread of its own, which goes on when its client does not wait any more.
 */
final class Performing {
    /** Performed at once; more are told to come back. */
    static final int AT_ONCE_MAX = 256;

    private static final System.Logger LOG = System.getLogger("dev.weft.gateway.facade");

    private final String vendor;
    private final FacadeRooms rooms;
    private final Semaphore places = new Semaphore(AT_ONCE_MAX);

    /** What {@code vendor}'s clients call. */
    Performing(String vendor, FacadeRooms rooms) {
        this.vendor = vendor;
        this.rooms = rooms;
    }

    /** Hears what to answer. On the exchange's loop. */
    @FunctionalInterface
    interface Answered {
        void with(Supplier<FacadeAnswer> answer);
    }

    /** Whether there is a place for one more. On the exchange's loop. */
    boolean begin(ServerExchange exchange, Wish.Perform wish, Instant began, Origin origin, Answered answered) {
        if (!places.tryAcquire()) {
            return false;
        }
        Event event = new Event(
                origin.id(),
                wish.key().namespace(),
                wish.what(),
                vendor,
                wish.key().id(),
                "application/json",
                Map.of(),
                wish.payload(),
                new Event.Origin(origin.trace(), origin.hops()));
        Waiting waiting = new Waiting();
        waiting.timer = exchange.loop().after(wish.patience(), () -> {
            if (waiting.over()) {
                answered.with(() -> wish.late().after(origin.id()));
            }
        });
        exchange.onCallerGone(() -> {
            boolean ignored = waiting.over();
        });
        Thread.ofVirtual().name("facade-perform").start(() -> {
            Performed performed;
            try {
                performed = performed(event);
            } finally {
                places.release();
            }
            note(wish, began, origin.id(), performed);
            exchange.loop().run(() -> {
                if (waiting.over()) {
                    answered.with(() -> answer(wish, origin.id(), performed));
                }
            });
        });
        return true;
    }

    private Performed performed(Event event) {
        try {
            return rooms.performances().perform(event);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return broken("Weft stops", stopped);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "what is called " + event.function() + " can't be performed", bug);
            return broken("something in Weft is broken", bug);
        }
    }

    private static Performed broken(String why, Exception cause) {
        return new Performed(new Ended.Failed(new CloudException(CloudException.Kind.UNKNOWN, why, cause)), "");
    }

    private void note(Wish.Perform wish, Instant began, String id, Performed performed) {
        switch (performed.ended()) {
            case Ended.Spoke spoke ->
                rooms.events().note(CallRecords.of(vendor, wish, began, said(id, spoke), performed.log()));
            case Ended.Failed _, Ended.Absent _ -> {}
        }
    }

    private static FacadeAnswer answer(Wish.Perform wish, String id, Performed performed) {
        return switch (performed.ended()) {
            case Ended.Spoke spoke -> wish.answering().spoke(CallRecords.came(said(id, spoke), performed.log()));
            case Ended.Failed(CloudException why) -> wish.answering().failed(why);
            case Ended.Absent() -> wish.answering().absent();
        };
    }

    private static Invoked said(String id, Ended.Spoke spoke) {
        return new Invoked(spoke.outcome(), spoke.body(), id, spoke.cloud(), spoke.took());
    }
}
