// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that boots ahead of its function gives way to all that somebody waits for, until it has booted. Linux shares
 * processors out among sessions first (sched(7), "The autogroup feature") and among a session's processes by their nice
 * value, so both are set. Only root may raise what was lowered.
 */
final class Priority {
    /** Lowers whoever runs it, with all that it will start; a box has a session of its own by then. */
    static final String YIELD = "{ echo 19 >/proc/self/autogroup; } 2>/dev/null; exec nice -n 19 \"$@\"";

    private static final int PRIO_PGRP = 1;
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");
    private static final MethodHandle SETPRIORITY = setpriority();

    private Priority() {}

    /** Makes the session whose first process is {@code leader} a session like any other. */
    static void restore(long leader) {
        try {
            Path group = Path.of("/proc", Long.toString(leader), "autogroup");
            if (Files.exists(group)) {
                Files.writeString(group, "0");
            }
            int result = (int) SETPRIORITY.invokeExact(PRIO_PGRP, (int) leader, 0);
            if (result != 0) {
                LOG.log(System.Logger.Level.DEBUG, "priority not raised, process=" + leader);
            }
        } catch (IOException gone) {
            LOG.log(System.Logger.Level.DEBUG, "priority not raised, process=" + leader, gone);
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @SuppressWarnings("restricted") // the JDK has no word for it
    private static MethodHandle setpriority() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}
