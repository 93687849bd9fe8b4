// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.cli.CliException.Exit;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** How far back a command looks, as it is typed: {@code 15m}, {@code 1h}, {@code 2d}. */
public final class Since {
    /** The furthest. */
    private static final Duration MAX = Duration.ofDays(36_500);

    private Since() {}

    /** Reads {@code text}; anything else is wrong usage of {@code --since}. */
    public static Duration parse(String text) {
        try {
            String iso = text.endsWith("d") ? "P" + text : "PT" + text;
            Duration time = Duration.parse(iso.toUpperCase(Locale.ROOT));
            if (time.isPositive() && time.compareTo(MAX) <= 0) {
                return time;
            }
        } catch (DateTimeParseException wrong) {
            // told below
        }
        throw new CliException(Exit.USAGE, "--since " + text + ": must be a time, for example 15m, 1h or 2d");
    }
}
