// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.LogLine;
import dev.weft.api.spi.FunctionCloud;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one function wrote on one stand-in: the newest lines in memory, more of them in two files. Safe for many threads. */
final class FunctionLog implements AutoCloseable {
    static final int RING_LINES_MAX = 2_000;
    static final int RING_BYTES_MAX = 1 << 20;
    static final long LOG_FILE_BYTES_MAX = 4L << 20;
    static final int FOLLOWER_LINES_MAX = 1_000;
    static final int TAIL_LINES_MAX = 20;
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private final Path file;
    private final long fileBytesMax;
    private final Deque<LogLine> ring = new ArrayDeque<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private long ringBytes;
    private @Nullable OutputStream out;
    private long fileBytes;
    private boolean fileBroken;

    FunctionLog(Path file) {
        this(file, LOG_FILE_BYTES_MAX);
    }

    FunctionLog(Path file, long fileBytesMax) {
        this.file = file;
        this.fileBytesMax = fileBytesMax;
    }

    void add(LogLine line) {
        synchronized (this) {
            ring.addLast(line);
            ringBytes += line.text().length();
            while (ring.size() > RING_LINES_MAX || ringBytes > RING_BYTES_MAX) {
                ringBytes -= ring.removeFirst().text().length();
            }
            write(line);
        }
        followers.forEach(each -> each.offer(line));
    }

    synchronized List<LogLine> newest(int linesMax) {
        List<LogLine> lines = new ArrayList<>();
        Iterator<LogLine> backwards = ring.descendingIterator();
        while (backwards.hasNext() && lines.size() < linesMax) {
            lines.addFirst(backwards.next());
        }
        return lines;
    }

    /** The last lines of one instance, as text. */
    synchronized String tail(String instance) {
        Deque<String> lines = new ArrayDeque<>();
        Iterator<LogLine> backwards = ring.descendingIterator();
        while (backwards.hasNext() && lines.size() < TAIL_LINES_MAX) {
            LogLine line = backwards.next();
            if (line.instance().equals(instance)) {
                lines.addFirst(line.text());
            }
        }
        return String.join("\n", lines);
    }

    FunctionCloud.WithLogs.Following follow(Consumer<LogLine> listener) {
        Follower follower = new Follower(listener);
        followers.add(follower);
        return () -> {
            followers.remove(follower);
            follower.thread.interrupt();
        };
    }

    @Override
    public synchronized void close() {
        followers.forEach(each -> each.thread.interrupt());
        followers.clear();
        closeFile();
        fileBroken = true;
    }

    private void write(LogLine line) {
        if (fileBroken) {
            return;
        }
        byte[] bytes = (line.time() + " " + line.instance() + ' '
                        + (line.invocation() == null ? "-" : line.invocation()) + ' ' + line.text() + '\n')
                .getBytes(StandardCharsets.UTF_8);
        try {
            if (out != null && fileBytes + bytes.length > fileBytesMax) {
                closeFile();
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            if (out == null) {
                Files.createDirectories(file.getParent());
                out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
                fileBytes = 0;
            }
            out.write(bytes);
            fileBytes += bytes.length;
        } catch (IOException full) {
            // the lines in memory and the followers go on; a full disk must not stop the function
            fileBroken = true;
            closeFile();
            LOG.log(System.Logger.Level.WARNING, "log file given up, file=" + file + " reason=" + full);
        }
    }

    private void closeFile() {
        OutputStream closing = out;
        out = null;
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException lost) {
                LOG.log(System.Logger.Level.DEBUG, "log file not closed, file=" + file, lost);
            }
        }
    }

    /**
     * One listener with its own bounded queue, so that a slow one costs nobody else. Thousands of functions are followed,
     * and most say nothing: the queue takes room, and the thread begins, with the first line.
     */
    private static final class Follower {
        private final BlockingQueue<LogLine> waiting = new LinkedBlockingQueue<>(FOLLOWER_LINES_MAX);
        private final AtomicLong dropped = new AtomicLong();
        private final AtomicBoolean begun = new AtomicBoolean();
        private final Consumer<LogLine> listener;
        private final Thread thread;

        Follower(Consumer<LogLine> listener) {
            this.listener = listener;
            this.thread = Thread.ofVirtual().name("log-follower").unstarted(this::deliver);
        }

        void offer(LogLine line) {
            if (!waiting.offer(line)) {
                dropped.incrementAndGet();
            }
            if (begun.compareAndSet(false, true)) {
                thread.start();
            }
        }

        private void deliver() {
            try {
                while (true) {
                    LogLine line = waiting.take();
                    listener.accept(line);
                    long lost = dropped.getAndSet(0);
                    if (lost > 0) {
                        listener.accept(new LogLine(
                                line.time(),
                                line.function(),
                                line.cloud(),
                                line.instance(),
                                null,
                                "(" + lost + " lines dropped: the reader is too slow)"));
                    }
                }
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
