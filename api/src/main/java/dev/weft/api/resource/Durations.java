// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in the notation of the Gateway API (GEP-2257): {@code 300ms}, {@code 10s}, {@code 1h30m}. */
public final class Durations {
    /** One to four numbers of at most five digits, each with its unit. */
    public static final String PATTERN = "([0-9]{1,5}(h|m|s|ms)){1,4}";

    private static final Pattern SHAPE = Pattern.compile(PATTERN);
    private static final Pattern PART = Pattern.compile("([0-9]{1,5})(ms|h|m|s)");

    private Durations() {}

    /** Reads the notation; anything else is an {@link IllegalArgumentException} that says what would be right. */
    public static Duration parse(String text) {
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("must be a duration such as 300ms, 10s or 1h30m (units h m s ms)");
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            long number = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "h" -> Duration.ofHours(number);
                        case "m" -> Duration.ofMinutes(number);
                        case "s" -> Duration.ofSeconds(number);
                        default -> Duration.ofMillis(number);
                    });
        }
        return sum;
    }

    /** The shortest text that reads back as the same. */
    public static String text(Duration duration) {
        StringBuilder out = new StringBuilder();
        part(out, duration.toHours(), "h");
        part(out, duration.toMinutesPart(), "m");
        part(out, duration.toSecondsPart(), "s");
        part(out, duration.toMillisPart(), "ms");
        return out.isEmpty() ? "0s" : out.toString();
    }

    private static void part(StringBuilder out, long number, String unit) {
        if (number > 0) {
            out.append(number).append(unit);
        }
    }
}
