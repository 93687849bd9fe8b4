// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import java.time.Duration;

/** Waits for what happens beside a request. */
final class Waiting {
    private static final Duration MAX = Duration.ofSeconds(10);

    private Waiting() {}

    static void until(Runnable holds) {
        long end = System.nanoTime() + MAX.toNanos();
        while (true) {
            try {
                holds.run();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                Thread.onSpinWait();
            }
        }
    }
}
