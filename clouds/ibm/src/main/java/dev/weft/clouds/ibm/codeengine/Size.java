// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import java.util.List;
import java.util.Optional;

/** The pairs of memory and processors that Code Engine offers, at four gigabytes a processor. Source: IBM's documentation. */
record Size(String memory, String cpu, long bytes) {
    private static final long MEGA = 1_000_000;

    /** Of functions. */
    static final List<Size> OF_FUNCTIONS = List.of(of(1000, "1G", "0.25"), of(2000, "2G", "0.5"), of(4000, "4G", "1"));

    /** Of apps. */
    static final List<Size> OF_APPS = List.of(
            of(250, "0.25G", "0.125"),
            of(500, "0.5G", "0.125"),
            of(1000, "1G", "0.25"),
            of(2000, "2G", "0.5"),
            of(4000, "4G", "1"),
            of(8000, "8G", "2"),
            of(16_000, "16G", "4"),
            of(32_000, "32G", "8"));

    private static Size of(long mega, String memory, String cpu) {
        return new Size(memory, cpu, mega * MEGA);
    }

    /** The smallest that holds {@code bytes}: an instance never has less than its document asks for. */
    static Optional<Size> holding(long bytes, List<Size> offered) {
        return offered.stream().filter(each -> each.bytes() >= bytes).findFirst();
    }
}
