// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Trace;
import org.jspecify.annotations.Nullable;

/** The call being measured by this thread, for a meter registry that keeps an example of what it counts. */
public final class Exemplar {
    private static final ThreadLocal<@Nullable Trace> MEASURED = new ThreadLocal<>();

    private Exemplar() {}

    /** The call's span; null where nothing is being measured, or the call leaves no spans. */
    public static @Nullable Trace measured() {
        return MEASURED.get();
    }

    static void measuring(Trace trace, Runnable measurement) {
        MEASURED.set(trace);
        try {
            measurement.run();
        } finally {
            MEASURED.remove();
        }
    }
}
