// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Wish;
import java.time.Duration;
import java.util.function.Consumer;

/** What a function writes comes by another way than its answer, and a little later. */
final class LogTail {
    /** How long the last lines of a call's log are waited for, before each look. */
    static final Duration WAIT = Duration.ofMillis(30);

    /** Looks for lines that may be late, on a busy machine; one that finds some is the last. */
    private static final int LOOKS_MAX = 5;

    private static final System.Logger LOG = System.getLogger("dev.weft.gateway.facade");

    private LogTail() {}

    /** {@code then} hears the last lines of a call, none where they can't be read, on a thread of its own. */
    static void read(Functions functions, Wish.Invoke wish, String id, Consumer<String> then) {
        Thread.ofVirtual().name("facade-log").start(() -> {
            String tail = "";
            try {
                for (int looks = 0; tail.isEmpty() && looks < LOOKS_MAX; looks++) {
                    Thread.sleep(WAIT);
                    tail = functions.logTail(wish.key().namespace(), wish.function(), id);
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException unreadable) {
                LOG.log(System.Logger.Level.WARNING, "the log of " + wish.function() + " can't be read", unreadable);
            }
            then.accept(tail);
        });
    }
}
