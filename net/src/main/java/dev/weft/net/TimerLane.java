// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.spi.Loop;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Timers of one delay on one loop. They end in the order in which they began, so that a list does, to whose end one is
 * added and from anywhere in which one is taken at once: nearly every call's timeout is cancelled. On its loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of a look that is never cancelled
final class TimerLane {
    private final EventLoop loop;
    private final long delayNanos;
    private @Nullable Entry first;
    private @Nullable Entry last;
    private boolean watching;

    TimerLane(EventLoop loop, long delayNanos) {
        this.loop = loop;
        this.delayNanos = delayNanos;
    }

    /** Runs {@code task} after the lane's delay. */
    Loop.Timer add(Runnable task) {
        Entry entry = new Entry(task, System.nanoTime() + delayNanos);
        Entry before = last;
        entry.before = before;
        last = entry;
        if (before == null) {
            first = entry;
        } else {
            before.after = entry;
        }
        if (!watching) {
            watch(delayNanos);
        }
        return entry;
    }

    private void watch(long nanos) {
        watching = true;
        loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        watching = false;
        long now = System.nanoTime();
        Entry next = first;
        while (next != null && next.due - now <= 0) {
            next.leave();
            try {
                next.task.run();
            } catch (RuntimeException bug) {
                System.getLogger("dev.weft.net").log(System.Logger.Level.ERROR, "a timer's task failed", bug);
            }
            next = first;
        }
        if (next != null && !watching) {
            watch(Math.max(1, next.due - now));
        }
    }

    private final class Entry implements Loop.Timer {
        private final Runnable task;
        private final long due;
        private @Nullable Entry before;
        private @Nullable Entry after;
        private boolean gone;

        Entry(Runnable task, long due) {
            this.task = task;
            this.due = due;
        }

        @Override
        public void cancel() {
            if (loop.inEventLoop()) {
                leave();
            } else {
                loop.execute(this::leave);
            }
        }

        private void leave() {
            if (gone) {
                return;
            }
            gone = true;
            if (before == null) {
                first = after;
            } else {
                before.after = after;
            }
            if (after == null) {
                last = before;
            } else {
                after.before = before;
            }
        }
    }
}
