// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.event.EventRecord;
import dev.weft.store.Events.Load;
import java.util.List;

/**
 * How many events wait or run, so that no more are taken than may. Of other Wefts on one store it hears with each look. What comes
 * during a look is rather counted twice than not at all, until the next.
 */
final class Backlog {
    private final FlowLimits limits;
    private Sum now = Sum.NONE;
    private Sum added = Sum.NONE;
    private Sum unwritten = Sum.NONE;

    Backlog(FlowLimits limits) {
        this.limits = limits;
    }

    private record Sum(long events, long bytes) {
        static final Sum NONE = new Sum(0, 0);

        Sum plus(Sum other) {
            return new Sum(events + other.events, bytes + other.bytes);
        }

        Sum minus(Sum other) {
            return new Sum(Math.max(0, events - other.events), Math.max(0, bytes - other.bytes));
        }

        static Sum one(int bytes) {
            return new Sum(1, bytes);
        }
    }

    /** The moment before a look. */
    record Mark(long addedEvents, long addedBytes, long unwrittenEvents, long unwrittenBytes) {}

    /** Before a look. */
    synchronized Mark mark() {
        return new Mark(added.events(), added.bytes(), unwritten.events(), unwritten.bytes());
    }

    /** What there is, as it was seen after {@code mark}. */
    synchronized void is(List<Load> loads, Mark mark) {
        Sum seen = new Sum(mark.unwrittenEvents(), mark.unwrittenBytes());
        for (Load each : loads) {
            if (each.state() != EventRecord.State.DEAD) {
                seen = seen.plus(new Sum(each.events(), each.bytes()));
            }
        }
        now = seen.plus(added.minus(new Sum(mark.addedEvents(), mark.addedBytes())));
    }

    /** Whether there was room; then say whether it was {@link #written}. */
    synchronized boolean add(int bytes) {
        if (now.events() >= limits.waitingMax() || now.bytes() + bytes > limits.waitingBytesMax()) {
            return false;
        }
        force(bytes);
        unwritten = unwritten.plus(Sum.one(bytes));
        return true;
    }

    /** What was added is in the store, or will never be. */
    synchronized void written(int bytes, boolean there) {
        unwritten = unwritten.minus(Sum.one(bytes));
        if (!there) {
            remove(bytes);
        }
    }

    /** One that comes whether there is room or not. */
    synchronized void force(int bytes) {
        now = now.plus(Sum.one(bytes));
        added = added.plus(Sum.one(bytes));
    }

    /** One is over. */
    synchronized void remove(int bytes) {
        now = now.minus(Sum.one(bytes));
    }
}
