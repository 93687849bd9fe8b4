// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.journal;

import dev.weft.app.telemetry.Share;
import dev.weft.gateway.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One JSON line per call in {@code calls.jsonl}, written by one thread so that no event loop waits for a disk. Lines of one
 * loop are in the order in which their calls ended. Lines beyond {@link WaitingLines#BYTES_MAX} a loop are dropped and
 * counted ({@code weft.journal.dropped}); so are those that a share leaves out ({@code weft.journal.left_out}), but never
 * one that failed or was slow.
 */
public final class JsonJournal implements Journal, AutoCloseable {
    /** Size at which the file becomes {@code calls.1.jsonl} and a new one begins: two files at most. */
    static final long FILE_BYTES_MAX = 64L << 20;

    /** From here on a call is slow, and in the journal whatever share of them is. */
    static final Duration SLOW = Duration.ofSeconds(1);

    /** Calls that wait for the screen; more are in the file only. */
    static final int SHOWN_WAITING_MAX = 16_384;

    /** Threads that don't wait for one another; with more, some share a place. A power of two. */
    private static final int THREADS_APART = 16;

    /** Looked at rather than waited for: waking a waiting thread would cost each event's loop a system call. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private static final Duration STOP_MAX = Duration.ofSeconds(2);

    private final List<WaitingLines> waiting = new ArrayList<>();
    private final BlockingQueue<CallEvent> shown = new ArrayBlockingQueue<>(SHOWN_WAITING_MAX);
    private final Path file;
    private final long fileBytesMax;
    private final Share share;
    private final @Nullable Consumer<CallEvent> screen;
    private final Counter dropped;
    private final Counter leftOut;
    private final Counter unseen;
    private final Thread writer;
    private volatile boolean closing;
    // what follows belongs to the writer
    private OutputStream out;
    private long bytes;

    private JsonJournal(
            Path folder, long fileBytesMax, Share share, @Nullable Consumer<CallEvent> screen, MeterRegistry meters) {
        this.file = folder.resolve("calls.jsonl");
        this.fileBytesMax = fileBytesMax;
        this.share = share;
        this.screen = screen;
        this.dropped = Counter.builder("weft.journal.dropped")
                .description("Calls whose journal line was dropped because the disk was too slow")
                .register(meters);
        this.leftOut = Counter.builder("weft.journal.left_out")
                .description("Calls that are not in the journal because only a share of them is")
                .register(meters);
        this.unseen = Counter.builder("weft.journal.unseen")
                .description("Calls that are in the journal but were too many for the screen")
                .register(meters);
        for (int i = 0; i < THREADS_APART; i++) {
            waiting.add(new WaitingLines());
        }
        this.out = begin();
        this.writer = Thread.ofPlatform().name("journal").daemon().unstarted(this::run);
    }

    /**
     * Writes {@code share} of the calls into {@code folder}.
     *
     * @param screen sees the same, on the writer's thread; null for none
     */
    public static JsonJournal open(
            Path folder, Share share, @Nullable Consumer<CallEvent> screen, MeterRegistry meters) {
        return open(folder, FILE_BYTES_MAX, share, screen, meters);
    }

    static JsonJournal open(
            Path folder, long fileBytesMax, Share share, @Nullable Consumer<CallEvent> screen, MeterRegistry meters) {
        JsonJournal journal = new JsonJournal(folder, fileBytesMax, share, screen, meters);
        journal.writer.start();
        return journal;
    }

    @Override
    public void record(CallEvent event) {
        if (!telling(event) && !share.keeps(event.trace())) {
            leftOut.increment();
            return;
        }
        // loops are started one after the other, so the first of them have a place each
        int place = (int) Thread.currentThread().threadId() & (THREADS_APART - 1);
        if (!waiting.get(place).add(event)) {
            dropped.increment();
        }
        if (screen != null && !shown.offer(event)) {
            unseen.increment();
        }
    }

    /** Whether somebody will want to read of just this call. */
    private static boolean telling(CallEvent event) {
        return event.ending() != Ending.ANSWERED
                || event.status() >= 500
                || event.attempts() > 1
                || event.took().compareTo(SLOW) >= 0;
    }

    private void run() {
        WaitingLines.Taken[] written = new WaitingLines.Taken[THREADS_APART];
        Arrays.fill(written, WaitingLines.Taken.NOTHING);
        try {
            boolean last = false;
            while (!last) {
                last = closing;
                for (int i = 0; i < THREADS_APART; i++) {
                    written[i] = waiting.get(i).take(written[i]);
                    write(written[i]);
                }
                show();
                if (!last) {
                    Thread.sleep(LOOK_EVERY);
                }
            }
            out.close();
        } catch (IOException full) {
            System.getLogger("dev.weft.app")
                    .log(System.Logger.Level.ERROR, "the journal ends here: " + file + " can't be written", full);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void show() {
        Consumer<CallEvent> seen = screen;
        if (seen != null) {
            for (CallEvent next = shown.poll(); next != null; next = shown.poll()) {
                seen.accept(next);
            }
        }
    }

    private void write(WaitingLines.Taken lines) throws IOException {
        int from = 0;
        while (from < lines.length()) {
            int to = fitting(lines, from);
            if (to == from) {
                out.close();
                Files.move(file, file.resolveSibling("calls.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
                out = begin();
                continue;
            }
            out.write(lines.bytes(), from, to - from);
            bytes += to - from;
            from = to;
        }
    }

    /** Where the lines end that still fit into the file; at least one does when it is empty. */
    private int fitting(WaitingLines.Taken lines, int from) {
        long room = fileBytesMax - bytes;
        if (lines.length() - from <= room) {
            return lines.length();
        }
        int to = from + (int) Math.max(0, room);
        while (to > from && lines.bytes()[to - 1] != '\n') {
            to--;
        }
        if (to == from && bytes == 0) {
            while (lines.bytes()[to++] != '\n') {}
        }
        return to;
    }

    private OutputStream begin() {
        bytes = 0;
        try {
            return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException("the journal " + file + " can't be written", failure);
        }
    }

    /** Writes what waits, within two seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(STOP_MAX);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        writer.interrupt();
    }
}
