// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

/** How much the engine sets function processes apart. */
public enum Isolation {
    /** The best that this machine can do. */
    BEST,
    /** Own mounts and pid space by bubblewrap, or no start at all. */
    BUBBLEWRAP,
    /** Only a user of its own, where Weft is root on Linux. */
    USER,
    /** None: processes of Weft's own user. */
    NONE
}
