// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.journal;

import java.time.Instant;

/** Moments as text, with microseconds: many fall into one second, whose text is made once. Safe for many threads. */
final class Moments {
    private static final int NANOS_PER_MICRO = 1000;

    private record Second(long epoch, String text) {}

    private static volatile Second last = new Second(0, "1970-01-01T00:00:00");

    private Moments() {}

    /** Appends {@code moment} in ISO 8601, in UTC. */
    static StringBuilder append(StringBuilder to, Instant moment) {
        Second second = last;
        if (second.epoch() != moment.getEpochSecond()) {
            String text = Instant.ofEpochSecond(moment.getEpochSecond()).toString();
            second = new Second(moment.getEpochSecond(), text.substring(0, text.length() - 1));
            last = second;
        }
        int micros = moment.getNano() / NANOS_PER_MICRO;
        to.append(second.text()).append('.');
        for (int unit = 100_000; unit > 0; unit /= 10) {
            to.append((char) ('0' + micros / unit % 10));
        }
        return to.append('Z');
    }
}
