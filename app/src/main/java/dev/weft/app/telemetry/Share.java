// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import java.util.HexFormat;

/** A share of traces, chosen by their ids, so that whoever knows a trace's id chooses the same. */
public final class Share {
    /** All of them. */
    public static final Share ALL = new Share(1);

    private static final int RANDOM_DIGITS_FROM = 16;

    private final long bound;
    private final boolean all;

    private Share(double share) {
        this.all = share >= 1;
        this.bound = (long) (share * Long.MAX_VALUE);
    }

    /** Reads a number from 0 to 1. @param name for the message where it is none */
    public static Share parse(String name, String text) {
        double share;
        try {
            share = Double.parseDouble(text);
        } catch (NumberFormatException noNumber) {
            share = Double.NaN;
        }
        if (!(share >= 0 && share <= 1)) { // also where it is no number
            throw new IllegalArgumentException(name + ": a number from 0 to 1, got '" + text + "'");
        }
        return new Share(share);
    }

    /** Whether {@code traceId} is among them. The last eight bytes count: W3C level 2 and OpenTelemetry have those random. */
    public boolean keeps(String traceId) {
        return all
                || (HexFormat.fromHexDigitsToLong(traceId, RANDOM_DIGITS_FROM, traceId.length()) & Long.MAX_VALUE)
                        < bound;
    }
}
