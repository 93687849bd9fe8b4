// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import dev.weft.api.resource.Quantity;
import java.util.ArrayList;
import java.util.List;

/** Options of bubblewrap that are the same for every box. */
final class Mounts {
    /** Bytes of {@link Sandbox#FOLDER}. */
    static final int FOLDER_BYTES_MAX = 1 << 20;

    /** Bytes of /tmp: half of the instance's memory, for both are one, and no more than this. What Lambda has by default. */
    static final long TEMPORARY_BYTES_MAX = 512L << 20;

    /** Bytes of /dev/shm. */
    static final int SHARED_MEMORY_BYTES_MAX = 16 << 20;

    private Mounts() {}

    /** The tool, and of what a box has its own. */
    static List<String> apart() {
        return List.of(
                Sandbox.tool("bwrap"),
                "--unshare-pid",
                "--unshare-ipc",
                "--unshare-uts",
                "--die-with-parent",
                "--new-session");
    }

    /** File systems that the kernel makes. */
    static List<String> ofKernel(Quantity memory) {
        List<String> options = new ArrayList<>(List.of("--proc", "/proc", "--dev", "/dev"));
        long temporaryBytes = Math.min(TEMPORARY_BYTES_MAX, memory.bytes() / 2);
        options.addAll(inMemory(temporaryBytes, "/tmp"));
        options.addAll(inMemory(SHARED_MEMORY_BYTES_MAX, "/dev/shm"));
        return options;
    }

    /** {@link Sandbox#FOLDER}. */
    static List<String> folder() {
        return inMemory(FOLDER_BYTES_MAX, Sandbox.FOLDER.toString());
    }

    private static List<String> inMemory(long bytes, String at) {
        return List.of("--perms", "1777", "--size", Long.toString(bytes), "--tmpfs", at);
    }
}
