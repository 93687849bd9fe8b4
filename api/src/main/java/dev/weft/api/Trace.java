// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where a call stands in a distributed trace: W3C Trace Context, level 1 ({@code traceparent} version 00).
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param spanId 16 lower-case hex digits, not all zero: the span that makes or serves the call
 * @param sampled whether the caller records
 * @param state the {@code tracestate} field, passed through unread
 * @param parent the span that this one is a child of; null where it began the trace, or was read from a field
 */
public record Trace(
        String traceId,
        String spanId,
        boolean sampled,
        @Nullable String state,
        @Nullable String parent) {
    private static final int TRACEPARENT_LENGTH = 55;
    private static final HexFormat HEX = HexFormat.of();

    /** A span without a parent that is known. */
    public Trace(String traceId, String spanId, boolean sampled, @Nullable String state) {
        this(traceId, spanId, sampled, state, null);
    }

    /** A new trace with its first span. */
    public static Trace start() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new Trace(
                HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(nonZero(random)),
                HEX.toHexDigits(nonZero(random)),
                true,
                null);
    }

    /** The same trace, one span further down. */
    public Trace child() {
        return new Trace(traceId, HEX.toHexDigits(nonZero(ThreadLocalRandom.current())), sampled, state, spanId);
    }

    /** The same span, with that flag. */
    public Trace sampled(boolean flag) {
        return flag == sampled ? this : new Trace(traceId, spanId, flag, state, parent);
    }

    /** Reads the caller's {@code traceparent}; null where there is none or it breaks the standard's rules. */
    public static @Nullable Trace parse(@Nullable String traceparent, @Nullable String tracestate) {
        if (traceparent == null || traceparent.length() < TRACEPARENT_LENGTH) {
            return null;
        }
        boolean longer = traceparent.length() > TRACEPARENT_LENGTH;
        boolean shape = traceparent.charAt(2) == '-'
                && traceparent.charAt(35) == '-'
                && traceparent.charAt(52) == '-'
                && hexDigits(traceparent, 0, 2)
                && hexDigits(traceparent, 3, 35)
                && hexDigits(traceparent, 36, 52)
                && hexDigits(traceparent, 53, 55);
        if (!shape || traceparent.startsWith("ff") || (longer && traceparent.startsWith("00"))) {
            return null;
        }
        if (longer && traceparent.charAt(TRACEPARENT_LENGTH) != '-') {
            return null;
        }
        String trace = traceparent.substring(3, 35);
        String span = traceparent.substring(36, 52);
        if (allZero(trace) || allZero(span)) {
            return null;
        }
        boolean sampled = (Character.digit(traceparent.charAt(54), 16) & 1) == 1;
        return new Trace(trace, span, sampled, tracestate);
    }

    /** The {@code traceparent} field that says this. */
    public String traceparent() {
        return "00-" + traceId + '-' + spanId + (sampled ? "-01" : "-00");
    }

    private static long nonZero(ThreadLocalRandom random) {
        long value = random.nextLong();
        return value == 0 ? 1 : value;
    }

    private static boolean hexDigits(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean allZero(String digits) {
        return digits.chars().allMatch(c -> c == '0');
    }
}
