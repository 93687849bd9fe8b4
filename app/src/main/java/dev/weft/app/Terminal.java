// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Spelling;
import dev.weft.gateway.Journal.CallEvent;
import dev.weft.gateway.Journal.Ending;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** What {@code weft up} says to the person in front of it. Safe for use by many threads; lines never mix. */
final class Terminal {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    /** Green, yellow, blue, magenta, cyan: one for each function by its name, the same at each start. */
    private static final int[] COLOURS = {32, 33, 34, 35, 36};

    private static final int RED = 31;
    private static final int FAINT = 2;

    /** Calls shown in one second; what is beyond is counted. All of them are in the journal. */
    static final int CALLS_PER_SECOND_MAX = 50;

    private static final long SECOND = 1_000_000_000L;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean colours;
    // what follows belongs to the journal's thread
    private long second = System.nanoTime();
    private int shown;
    private int hidden;

    Terminal(PrintWriter out, PrintWriter err, boolean colours) {
        this.out = out;
        this.err = err;
        this.colours = colours;
    }

    PrintWriter out() {
        return out;
    }

    void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    void warn(String line) {
        synchronized (out) {
            out.flush();
            err.println("weft: " + line);
            err.flush();
        }
    }

    void mistakes(List<Mistake> mistakes) {
        synchronized (out) {
            mistakes.forEach(err::println);
            err.println(mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes");
            err.flush();
        }
    }

    void log(LogLine line) {
        int colour = COLOURS[Math.floorMod(line.function().hashCode(), COLOURS.length)];
        say(paint(FAINT, CLOCK.format(line.time())) + ' ' + paint(colour, line.function() + '@' + line.cloud()) + "  "
                + line.text());
    }

    /** By one thread only, the journal's. */
    void call(CallEvent event) {
        long now = System.nanoTime();
        if (now - second > SECOND) {
            if (hidden > 0) {
                say(paint(FAINT, "... and " + hidden + " more calls"));
            }
            second = now;
            shown = 0;
            hidden = 0;
        }
        if (++shown <= CALLS_PER_SECOND_MAX) {
            show(event);
        } else {
            hidden++;
        }
    }

    private void show(CallEvent event) {
        boolean good = event.ending() == Ending.ANSWERED && event.status() < 500;
        String what = event.method() == null ? "event" : event.method() + ' ' + event.path();
        String where = event.function() == null
                ? (good ? "the route itself" : "no route")
                : event.function() + (event.cloud() == null ? "" : '@' + event.cloud());
        String tries = event.attempts() > 1 ? ", " + event.attempts() + " clouds tried" : "";
        String how = event.status() == 0 ? Spelling.Words.of(event.ending()) : Integer.toString(event.status());
        String why = event.reason() == null ? "" : ": " + event.reason();
        say(paint(FAINT, CLOCK.format(event.time()))
                + ' '
                + paint(
                        good ? FAINT : RED,
                        what + " -> " + where + ' ' + how + ' ' + took(event.took()) + tries + why));
    }

    private static String took(Duration took) {
        double millis = took.toNanos() / 1e6;
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }

    private String paint(int code, String text) {
        return colours ? "\u001b[" + code + 'm' + text + "\u001b[0m" : text;
    }
}
