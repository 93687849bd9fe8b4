// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes in Kubernetes' notation: {@code 256Mi}, {@code 1Gi}, {@code 500M}, {@code 1024}. */
public record Quantity(long bytes) {
    private static final Pattern SHAPE = Pattern.compile("([0-9]{1,15})(Ki|Mi|Gi|Ti|k|M|G|T)?");
    private static final Map<String, Long> UNITS = Map.of(
            "Ki",
            1L << 10,
            "Mi",
            1L << 20,
            "Gi",
            1L << 30,
            "Ti",
            1L << 40,
            "k",
            1_000L,
            "M",
            1_000_000L,
            "G",
            1_000_000_000L,
            "T",
            1_000_000_000_000L);

    /** Reads the notation; anything else is an {@link IllegalArgumentException} that says what would be right. */
    public static Quantity parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a number of bytes such as 256Mi or 1Gi (units Ki Mi Gi Ti k M G T), got '" + text + "'");
        }
        long unit = matcher.group(2) == null ? 1 : UNITS.getOrDefault(matcher.group(2), 1L);
        try {
            return new Quantity(Math.multiplyExact(Long.parseLong(matcher.group(1)), unit));
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("at most 8Ei bytes, got '" + text + "'", tooLarge);
        }
    }

    /** Whole mebibytes, rounded down: how every function cloud counts memory. */
    public long mebibytes() {
        return bytes >> 20;
    }

    @Override
    public String toString() {
        for (String unit : new String[] {"Ti", "Gi", "Mi", "Ki"}) {
            long size = UNITS.getOrDefault(unit, 1L);
            if (bytes >= size && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return Long.toString(bytes);
    }
}
