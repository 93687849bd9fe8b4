// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.store.AuditLog;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes the audit trail behind its callers: they leave an entry in a queue, one thread writes what waits together. When the
 * queue is full, entries are counted, and one line of the trail says how many were left out. Close it before its store.
 */
public final class AuditTrail implements Audit, AutoCloseable {
    /** Entries that may wait to be written; those beyond are left out. */
    static final int WAITING_MAX = 4096;

    /** Entries that are written together. */
    static final int TOGETHER_MAX = 256;

    /** How long closing waits for what waits. */
    static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /** What the line is called that tells of entries that were left out. */
    static final String LEFT_OUT = "left out";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** Wakes the writer to see that it is over. */
    private static final AuditLog.Line WAKE =
            new AuditLog.Line(new Entry(Instant.EPOCH, "weft", "wake", "", "", false, "", Outcome.DONE, ""), "");

    private static final System.Logger LOGGER = System.getLogger("dev.weft.app.keys");

    private final BlockingQueue<AuditLog.Line> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong leftOut = new AtomicLong();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Consumer<List<AuditLog.Line>> log;
    private final Keys keys;
    private final Thread writer;
    private boolean toldUnwritten;

    /** @param keys say what a key is called */
    public AuditTrail(AuditLog log, Keys keys) {
        this(log::add, keys);
    }

    /** The same, written elsewhere. */
    AuditTrail(Consumer<List<AuditLog.Line>> log, Keys keys) {
        this.log = log;
        this.keys = keys;
        this.writer = Thread.ofVirtual().name("audit-trail").start(this::writeAll);
    }

    @Override
    public void tell(Entry entry) {
        Key key = keys.find(entry.keyId());
        if (closed() || !waiting.offer(new AuditLog.Line(entry, key == null ? "" : key.name()))) {
            leftOut.incrementAndGet();
        }
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void writeAll() {
        List<AuditLog.Line> together = new ArrayList<>();
        try {
            while (!closed() || !waiting.isEmpty()) {
                together.add(waiting.take());
                waiting.drainTo(together, TOGETHER_MAX - 1);
                together.removeIf(WAKE::equals);
                if (!together.isEmpty()) {
                    write(together);
                    together.clear();
                }
            }
        } catch (InterruptedException hurry) {
            leftOut.addAndGet(together.size()); // told by who closes
            Thread.currentThread().interrupt();
        }
    }

    /** As often as it takes. */
    private void write(List<AuditLog.Line> together) throws InterruptedException {
        while (true) {
            long missing = leftOut.getAndSet(0);
            try {
                log.accept(missing == 0 ? together : withMissing(together, missing));
                toldUnwritten = false;
                return;
            } catch (RuntimeException failed) { // whatever it is: this thread must not end by it
                leftOut.addAndGet(missing);
                unwritten(failed);
                if (Thread.interrupted() || closing.await(RETRY_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new InterruptedException("closed while the store can't be written");
                }
            }
        }
    }

    private static List<AuditLog.Line> withMissing(List<AuditLog.Line> together, long missing) {
        List<AuditLog.Line> all = new ArrayList<>(together);
        String why = missing + " entries were left out here: more than " + WAITING_MAX + " waited to be written";
        all.add(new AuditLog.Line(
                new Entry(Instant.now(), "weft", LEFT_OUT, "", "", false, "", Outcome.REFUSED, why), ""));
        LOGGER.log(Level.WARNING, "audit trail: " + why);
        return all;
    }

    private void unwritten(RuntimeException failed) {
        if (!toldUnwritten) {
            toldUnwritten = true;
            LOGGER.log(Level.WARNING, "the audit trail can't be written; it is tried again: " + failed.getMessage());
        }
    }

    /** Writes what waits. */
    @Override
    public void close() {
        closing.countDown();
        boolean ignored = waiting.offer(WAKE); // where there is no room for it, the writer is awake
        try {
            if (!writer.join(CLOSE_MAX)) {
                writer.interrupt();
                ignored = writer.join(CLOSE_MAX);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        long lost = leftOut.get()
                + waiting.stream().filter(each -> !WAKE.equals(each)).count();
        if (lost > 0) {
            LOGGER.log(Level.WARNING, "audit trail: " + lost + " entries were left out at the end");
        }
    }
}
