// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.resource.Spelling;
import dev.weft.app.telemetry.Share;
import dev.weft.gateway.Journal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One JSON line per call in {@code calls.jsonl}, written by one thread so that no event loop waits for a disk. Events
 * beyond the queue are dropped and counted ({@code weft.journal.dropped}); so are those that a share leaves out ({@code
 * weft.journal.left_out}), but never one that failed or was slow.
 */
final class JsonJournal implements Journal, AutoCloseable {
    /** Events that wait for the disk. */
    static final int EVENTS_WAITING_MAX = 16_384;

    /** Size at which the file becomes {@code calls.1.jsonl} and a new one begins: two files at most. */
    static final long FILE_BYTES_MAX = 64L << 20;

    /** From here on a call is slow, and in the journal whatever share of them is. */
    static final Duration SLOW = Duration.ofSeconds(1);

    private static final int DRAIN_EVENTS = 1024;
    /** Looked at rather than waited for: waking a waiting thread would cost each event's loop a system call. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private static final Duration STOP_MAX = Duration.ofSeconds(2);

    private final BlockingQueue<CallEvent> waiting = new ArrayBlockingQueue<>(EVENTS_WAITING_MAX);
    private final Path file;
    private final long fileBytesMax;
    private final Share share;
    private final Consumer<CallEvent> screen;
    private final Counter dropped;
    private final Counter leftOut;
    private final Thread writer;
    private volatile boolean closing;
    // what follows belongs to the writer
    private OutputStream out;
    private long bytes;

    private static final int LINE_CHARS = 768;
    /** Parts of a dollar: a call of a millisecond costs some hundred thousand of them. */
    private static final long COST_PARTS = 1_000_000_000_000L;

    private static final int BUFFER_BYTES = 64 * 1024;

    private JsonJournal(Path folder, long fileBytesMax, Share share, Consumer<CallEvent> screen, MeterRegistry meters) {
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
        this.out = begin();
        this.writer = Thread.ofPlatform().name("journal").daemon().unstarted(this::run);
    }

    /** Writes {@code share} of the calls into {@code folder}; {@code screen} sees the same, on the writer's thread. */
    static JsonJournal open(Path folder, Share share, Consumer<CallEvent> screen, MeterRegistry meters) {
        return open(folder, FILE_BYTES_MAX, share, screen, meters);
    }

    static JsonJournal open(
            Path folder, long fileBytesMax, Share share, Consumer<CallEvent> screen, MeterRegistry meters) {
        JsonJournal journal = new JsonJournal(folder, fileBytesMax, share, screen, meters);
        journal.writer.start();
        return journal;
    }

    @Override
    public void record(CallEvent event) {
        if (!telling(event) && !share.keeps(event.trace())) {
            leftOut.increment();
        } else if (!waiting.offer(event)) {
            dropped.increment();
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
        List<CallEvent> some = new ArrayList<>(DRAIN_EVENTS);
        StringBuilder line = new StringBuilder(LINE_CHARS);
        try {
            boolean last = false;
            while (!last) {
                last = closing;
                while (waiting.drainTo(some, DRAIN_EVENTS) > 0) {
                    for (CallEvent event : some) {
                        screen.accept(event);
                        line.setLength(0);
                        append(line, event);
                        write(line.toString());
                    }
                    some.clear();
                }
                out.flush();
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

    private void write(String line) throws IOException {
        if (bytes > 0 && bytes + line.length() > fileBytesMax) {
            out.close();
            Files.move(file, file.resolveSibling("calls.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
            out = begin();
        }
        // text of one byte a character is copied, not encoded
        byte[] encoded = line.getBytes(StandardCharsets.UTF_8);
        out.write(encoded);
        bytes += encoded.length;
    }

    private OutputStream begin() {
        bytes = 0;
        try {
            return new BufferedOutputStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING),
                    BUFFER_BYTES);
        } catch (IOException failure) {
            throw new UncheckedIOException("the journal " + file + " can't be written", failure);
        }
    }

    /** By hand: at tens of thousands of calls a second, a mapper would cost a good part of a core. */
    static String json(CallEvent event) {
        StringBuilder line = new StringBuilder(LINE_CHARS);
        append(line, event);
        return line.toString();
    }

    private static void append(StringBuilder line, CallEvent event) {
        Moments.append(line.append("{\"time\":\""), event.time()).append('"');
        word(line, ",\"invocation\":\"", event.invocation());
        word(line, ",\"trace\":\"", event.trace());
        word(line, ",\"span\":\"", event.trail().trace().spanId());
        word(line, ",\"parent\":\"", event.trail().trace().parent());
        text(line, "function", event.function());
        text(line, "cloud", event.cloud());
        text(line, "method", event.method());
        text(line, "path", event.path());
        if (event.status() != 0) {
            line.append(",\"status\":").append(event.status());
        }
        word(line, ",\"outcome\":\"", Spelling.Words.of(event.ending()));
        line.append(",\"attempts\":").append(event.attempts());
        tried(line, event.trail().attempts());
        text(line, "reason", event.reason());
        line.append(",\"bytes\":").append(event.bytes());
        line.append(",\"tookMicros\":").append(event.took().toNanos() / 1000);
        cost(line, event);
        require(line, event.require());
        line.append("}\n");
    }

    private static void tried(StringBuilder line, List<Attempt> attempts) {
        line.append(",\"tried\":[");
        String before = "{";
        for (Attempt each : attempts) {
            line.append(before);
            before = ",{";
            text(line, "cloud", each.cloud());
            word(line, ",\"kind\":\"", each.failure() == null ? "answered" : each.failure());
            word(line, ",\"span\":\"", each.span());
            long micros = each.tookNanos() / 1000;
            // a number with three decimals, without a formatter
            line.append(",\"ms\":").append(micros / 1000).append('.');
            line.append((char) ('0' + micros / 100 % 10)).append((char) ('0' + micros / 10 % 10));
            line.append((char) ('0' + micros % 10)).append('}');
        }
        line.append(']');
    }

    /** Dollars with twelve decimals, without a formatter; nothing where nobody knows, or nothing was tried. */
    private static void cost(StringBuilder line, CallEvent event) {
        double dollars = event.dollars();
        if (Double.isNaN(dollars) || event.attempts() == 0) {
            return;
        }
        long parts = Math.round(dollars * COST_PARTS);
        line.append(",\"cost\":").append(parts / COST_PARTS).append('.');
        int start = line.length();
        line.append(COST_PARTS + parts % COST_PARTS); // its leading 1 keeps the zeros
        line.deleteCharAt(start);
    }

    private static void require(StringBuilder line, @Nullable Require require) {
        if (require == null) {
            return;
        }
        name(line, "require");
        StringBuilder leftOut = new StringBuilder("{");
        require.leftOut().forEach((cloud, lacks) -> text(leftOut, cloud, lacks));
        line.append("{\"allowed\":[");
        for (int i = 0; i < require.allowed().size(); i++) {
            line.append(i == 0 ? "" : ",");
            quoted(line, require.allowed().get(i));
        }
        line.append("],\"leftOut\":").append(leftOut).append("}}");
    }

    private static void name(StringBuilder line, String name) {
        if (line.charAt(line.length() - 1) != '{') {
            line.append(',');
        }
        line.append('"').append(name).append("\":");
    }

    /** A value of ours, which needs no escape. @param name of the field, with what stands before and after it */
    private static void word(StringBuilder line, String name, @Nullable String value) {
        if (value != null) {
            line.append(name).append(value).append('"');
        }
    }

    private static void text(StringBuilder line, String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        name(line, name);
        quoted(line, value);
    }

    private static void quoted(StringBuilder line, String value) {
        line.append('"');
        if (plain(value)) {
            line.append(value).append('"');
            return;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }

    /** Whether it can be copied as it is: nearly every text of nearly every call. */
    private static boolean plain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
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
