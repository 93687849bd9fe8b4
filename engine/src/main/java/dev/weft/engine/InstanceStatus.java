// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

/**
 * One instance as it is now.
 *
 * @param version hash of the code and configuration it runs
 * @param inFlight calls it serves now
 * @param pid its process on this machine; 0 before there is one
 * @param calls it has served or serves, since its start
 */
public record InstanceStatus(
        String function, String instance, String version, State state, int inFlight, long pid, long calls) {
    /** What an instance is doing. */
    public enum State {
        /** Its code gets ready. */
        STARTING,
        /** It takes calls. */
        READY,
        /** It finishes what it has. */
        DRAINING,
        /** Its process is gone. */
        ENDED
    }
}
