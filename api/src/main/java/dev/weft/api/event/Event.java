// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.event;

import dev.weft.api.Trace;
import dev.weft.api.resource.Metadata;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is to reach a function later.
 *
 * @param id a UUID's text: names the event, and every call that is made with it
 * @param namespace where the function has to be
 * @param function what it is called there; in the queue what it is called where all namespaces are
 * @param source who took it: a façade's word, {@code weft} for the admin API, {@code route} for a route, {@code destination} for what became of another
 * @param sender the id of the key that it was sent with; empty where there was none
 * @param contentType media type of the payload; null where nobody named one
 */
public record Event(
        String id,
        String namespace,
        String function,
        String source,
        String sender,
        @Nullable String contentType,
        Map<String, String> attributes,
        byte[] payload,
        Origin origin) {
    /** The source of what the admin API takes. */
    public static final String BY_WEFT = "weft";

    /** The source of what came by a route. */
    public static final String BY_ROUTE = "route";

    /** The source of what is sent to a destination. */
    public static final String BY_DESTINATION = "destination";

    public Event {
        attributes = Map.copyOf(attributes);
    }

    /** Whether {@code function} is none, but something that a façade's clients keep and that is performed. */
    public static boolean performed(String function) {
        return function.indexOf(':') >= 0;
    }

    /** What a function of a namespace is called where those of all are; what is performed is called the same everywhere. */
    public static String queued(String namespace, String function) {
        return performed(function) ? function : Metadata.qualified(namespace, function);
    }

    /** The name that {@link #queued} was given. */
    public static String plain(String queued) {
        return performed(queued) ? queued : Metadata.unqualified(queued);
    }

    /**
     * Where it comes from.
     *
     * @param trace the span that sent it; null where none is known
     * @param hops how many functions its call has passed through already
     */
    public record Origin(@Nullable Trace trace, int hops) {
        /** From outside, in no trace. */
        public static final Origin OUTSIDE = new Origin(null, 0);
    }

    /** The same for a function that is called otherwise. */
    public Event withFunction(String other) {
        return new Event(id, namespace, other, source, sender, contentType, attributes, payload, origin);
    }

    /** An id that names and protects nothing. */
    public static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }
}
