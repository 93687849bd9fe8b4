// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.net.ServerExchange;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Lets a call in or says why not, before it is placed. On the call's loop; costs next to nothing where nothing is limited. */
public final class Admission {
    private final LongSupplier nanos;
    private final Shedder shedder;

    /** Tells time by {@code nanos}. */
    public Admission(LongSupplier nanos, Shedder shedder) {
        this.nanos = nanos;
        this.shedder = shedder;
    }

    /** A call's ticket, or the reason why it gets none. */
    public record Answer(Ticket ticket, @Nullable Refusal refusal) {
        static final Answer FREE = new Answer(Ticket.FREE, null);
    }

    /**
     * Asks for a call to {@code function} under the limits named {@code ofRoute}.
     *
     * @param inside whether the call belongs to one that has been let in: half-done work is not thrown away
     */
    public Answer enter(
            Limiters limiters, List<String> ofRoute, String function, ServerExchange exchange, boolean inside) {
        if (shedder.sheds(exchange.loop(), inside)) {
            return new Answer(Ticket.FREE, Shedder.REFUSAL);
        }
        if (limiters.none()) {
            return Answer.FREE;
        }
        List<Limiter> own = limiters.ofFunction(function);
        if (own.isEmpty() && ofRoute.isEmpty()) {
            return Answer.FREE;
        }
        long now = nanos.getAsLong();
        Ticket ticket = Ticket.holding(own.size() + ofRoute.size());
        Refusal refusal = null;
        for (int i = 0; i < ofRoute.size() && refusal == null; i++) {
            refusal = take(limiters.ofDocument(ofRoute.get(i)), exchange, ticket, now);
        }
        for (int i = 0; i < own.size() && refusal == null; i++) {
            refusal = take(own.get(i), exchange, ticket, now);
        }
        if (refusal != null) {
            ticket.giveBack();
            return new Answer(Ticket.FREE, refusal);
        }
        return new Answer(ticket, null);
    }

    private static @Nullable Refusal take(Limiter limiter, ServerExchange exchange, Ticket ticket, long now) {
        while (true) {
            Bucket bucket = limiter.bucket(exchange.headers(), exchange.callerAddress(), now);
            long result = bucket.take(now);
            if (result == Bucket.TAKEN) {
                ticket.hold(bucket);
                return null;
            }
            if (result != Bucket.RETIRED) {
                return limiter.refusal(result);
            }
            limiter.forget(bucket);
        }
    }
}
