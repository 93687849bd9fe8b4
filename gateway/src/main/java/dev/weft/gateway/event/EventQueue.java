// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.CloudException;
import dev.weft.api.event.Events;
import dev.weft.api.event.Posted;
import java.util.concurrent.atomic.AtomicLong;

/** Where events of routes are kept, and how requests are read as such. Safe on any thread. */
public final class EventQueue {
    /** Bytes of one event's data, and of the request that brings it. */
    public static final int EVENT_BYTES_MAX = 1 << 20;

    /** Characters of all attributes' names and values together: they become header fields when the event is delivered. */
    public static final int ATTRIBUTES_CHARS_MAX = 32 * 1024;

    /** Bytes of requests held at once until their events are kept; more are told to come back. */
    public static final long BYTES_AT_ONCE_MAX = 256L << 20;

    /** What a request counts for at least. */
    private static final long REQUEST_BYTES = 4096;

    private final Events events;
    private final Posted.Reader reader;
    private final AtomicLong held = new AtomicLong();

    /** Kept in {@code events}. */
    public EventQueue(Events events, Posted.Reader reader) {
        this.events = events;
        this.reader = reader;
    }

    /** One that takes nothing. */
    public static EventQueue none() {
        return new EventQueue(Events.NONE, (fields, body) -> {
            throw new CloudException(CloudException.Kind.INVALID, "events are not taken here", null);
        });
    }

    public Events events() {
        return events;
    }

    public Posted.Reader reader() {
        return reader;
    }

    /** Counts a request of {@code declared} bytes (-1: unknown) in; 0 where there is no room, else for {@link #letGo}. */
    public long hold(long declared) {
        long counted = Math.max(REQUEST_BYTES, declared < 0 ? EVENT_BYTES_MAX : declared);
        if (held.addAndGet(counted) > BYTES_AT_ONCE_MAX) {
            held.addAndGet(-counted);
            return 0;
        }
        return counted;
    }

    /** The request is over. */
    public void letGo(long counted) {
        held.addAndGet(-counted);
    }
}
