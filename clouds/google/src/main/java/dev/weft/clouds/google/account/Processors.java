// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Virtual processors of an instance, in thousandths. Source: Cloud Run functions documentation, "Configure memory": what
 * comes with an amount of memory; Cloud Run, "Maximum concurrent requests": more than one request needs a whole one.
 */
final class Processors {
    private static final int ONE = 1000;
    private static final TreeMap<Long, Integer> BY_MEBIBYTES = new TreeMap<>(Map.of(
            128L, 83, 256L, 167, 512L, 333, 1024L, 583, 2048L, ONE, 8192L, 2 * ONE, 16384L, 4 * ONE, 32768L, 8 * ONE));

    private Processors() {}

    /** What an instance gets that has so much memory, at most {@link GoogleLimits#MEMORY_MAX}, and serves so many calls at once. */
    static String of(long mebibytes, int concurrency) {
        Map.Entry<Long, Integer> least = BY_MEBIBYTES.ceilingEntry(mebibytes);
        int thousandths = least == null ? 8 * ONE : least.getValue();
        return words(BigDecimal.valueOf(concurrency > 1 ? Math.max(ONE, thousandths) : thousandths, 3));
    }

    /** Google's spelling, for example 0.1666, 167m or 1, in ours; what is no number stays as it is. */
    static String read(String cpu) {
        try {
            BigDecimal number = cpu.endsWith("m")
                    ? new BigDecimal(cpu.substring(0, cpu.length() - 1)).movePointLeft(3)
                    : new BigDecimal(cpu);
            return words(number);
        } catch (NumberFormatException odd) {
            return cpu;
        }
    }

    private static String words(BigDecimal number) {
        return number.setScale(3, RoundingMode.HALF_UP).stripTrailingZeros().toPlainString();
    }
}
