// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the documents write them: {@code 300ms}, {@code 2s}, {@code 1m}. */
public final class Durations {
    /** The longest a stand-in may be slowed by. */
    public static final Duration SLOW_MAX = Duration.ofMinutes(5);

    private static final Pattern SHAPE = Pattern.compile("([0-9]{1,7})(ms|s|m)");

    private Durations() {}

    /** Reads {@code text}; anything else, or more than {@link #SLOW_MAX}, is refused in the words of {@code field}. */
    public static Duration parse(String field, String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration found =
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        default -> Duration.ofMinutes(number);
                    };
            if (found.compareTo(SLOW_MAX) <= 0) {
                return found;
            }
        }
        throw new IllegalArgumentException(
                field + ": a duration such as 300ms or 2s, at most " + SLOW_MAX.toMinutes() + "m, got '" + text + "'");
    }

    /** {@code duration} in that notation. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 && millis > 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
