// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.event.EventRecord;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Writes records of calls that were waited for behind their callers; when too many wait, they are left out. */
final class Notes implements AutoCloseable {
    private static final int TOGETHER_MAX = 256;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

    /** Wakes the writer to see that it is over. */
    private static final EventRecord WAKE = new EventRecord(
            "", "", "", "", "", EventRecord.State.CALLED, Instant.EPOCH, Instant.EPOCH, 0, 0, 0, "", null);

    private static final System.Logger LOG = System.getLogger("dev.weft.flow");

    private final BlockingQueue<EventRecord> waiting;
    private final AtomicLong leftOut = new AtomicLong();
    private final Consumer<List<EventRecord>> log;
    private final Thread writer;
    private volatile boolean closing;

    Notes(Consumer<List<EventRecord>> log, int waitingMax) {
        this.log = log;
        this.waiting = new ArrayBlockingQueue<>(waitingMax);
        this.writer = Thread.ofVirtual().name("event-notes").start(this::writeAll);
    }

    void add(EventRecord record) {
        if (!waiting.offer(record) && leftOut.getAndIncrement() == 0) {
            LOG.log(Level.WARNING, "records of calls are left out: too many wait to be written");
        }
    }

    private void writeAll() {
        List<EventRecord> together = new ArrayList<>();
        try {
            while (!closing || !waiting.isEmpty()) {
                together.clear();
                together.add(waiting.take());
                waiting.drainTo(together, TOGETHER_MAX - 1);
                together.removeIf(WAKE::equals);
                write(List.copyOf(together));
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<EventRecord> together) {
        try {
            if (!together.isEmpty()) {
                log.accept(together);
            }
        } catch (RuntimeException unwritten) { // records are for looking at: none is worth a second try
            LOG.log(Level.WARNING, "records of calls can't be written: " + unwritten.getMessage());
        }
    }

    /** Writes what waits. */
    @Override
    public void close() {
        closing = true;
        boolean ignored = waiting.offer(WAKE); // where there is no room for it, the writer is awake
        try {
            if (!writer.join(CLOSE_MAX)) {
                writer.interrupt();
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        if (leftOut.get() > 0) {
            LOG.log(Level.WARNING, "records of calls were left out, calls=" + leftOut.get());
        }
    }
}
