// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.journal;

import dev.weft.gateway.Journal.CallEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines that wait for the disk. They are made by whoever had the call, while all of it is in the processor's cache and
 * before the garbage collector would have to keep it for another thread. Safe for many threads.
 */
final class WaitingLines {
    /** Bytes that wait; lines beyond are not taken. */
    static final int BYTES_MAX = 4 << 20;

    private static final int BYTES_FIRST = 64 << 10;
    /** What only a peak needed is not kept. */
    private static final int BYTES_KEPT_MAX = 1 << 20;

    /** @param length bytes of it that are lines, each with its end */
    record Taken(byte[] bytes, int length) {
        static final Taken NOTHING = new Taken(new byte[0], 0);
    }

    // all of it guarded by this
    private final StringBuilder line = new StringBuilder(CallLine.CHARS);
    private byte[] bytes = Taken.NOTHING.bytes();
    private int length;

    /** Adds the call's line; false if too much waits already. */
    synchronized boolean add(CallEvent event) {
        line.setLength(0);
        CallLine.append(line, event);
        // text of one byte a character is copied, not encoded
        byte[] encoded = line.toString().getBytes(StandardCharsets.UTF_8);
        int end = length + encoded.length;
        if (end > BYTES_MAX) {
            return false;
        }
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.clamp(2L * end, BYTES_FIRST, BYTES_MAX));
        }
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length = end;
        return true;
    }

    /** Takes what waits, and leaves {@code before}, whose lines are written, for what comes. */
    synchronized Taken take(Taken before) {
        if (length == 0) {
            return new Taken(before.bytes(), 0);
        }
        Taken taken = new Taken(bytes, length);
        bytes = before.bytes().length > BYTES_KEPT_MAX ? Taken.NOTHING.bytes() : before.bytes();
        length = 0;
        return taken;
    }
}
