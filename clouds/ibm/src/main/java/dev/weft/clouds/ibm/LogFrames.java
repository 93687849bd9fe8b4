// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import org.jspecify.annotations.Nullable;

/**
 * The marker lines that the proxy writes to both streams at the end of an activation. They are kept out of the log, and an
 * activation is over only when both were read: until then lines of it may still come. Safe for use by two threads: the one
 * that reads the output, and the call's loop.
 */
final class LogFrames {
    /** What the proxy writes. */
    static final String MARKER = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";

    private static final int STREAMS = 2;

    private int missing;
    private @Nullable Runnable waiting;

    /** An activation begins. */
    synchronized void began() {
        missing = STREAMS;
        waiting = null;
    }

    /** The line without a marker; null if nothing is left. */
    @Nullable
    String read(String line) {
        if (!line.endsWith(MARKER)) {
            return line;
        }
        Runnable complete = null;
        synchronized (this) {
            missing--;
            if (missing == 0) {
                complete = waiting;
                waiting = null;
            }
        }
        if (complete != null) {
            complete.run();
        }
        // what an action wrote last may lack its line's end
        String before = line.substring(0, line.length() - MARKER.length());
        return before.isEmpty() ? null : before;
    }

    /** Runs {@code then} when both markers have been read, on the thread that reads them; false if they have been already. */
    synchronized boolean await(Runnable then) {
        if (missing <= 0) {
            return false;
        }
        waiting = then;
        return true;
    }
}
