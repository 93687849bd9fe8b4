// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.spi.Loop;
import org.jspecify.annotations.Nullable;

/** Whether a client still waits for a call. On its loop. */
final class Waiting {
    Loop.@Nullable Timer timer;
    String id = "";
    private boolean over;

    boolean isOver() {
        return over;
    }

    /** Whether it waited until now. */
    boolean over() {
        boolean waited = !over;
        over = true;
        Loop.Timer waker = timer;
        if (waker != null) {
            waker.cancel();
        }
        return waited;
    }
}
