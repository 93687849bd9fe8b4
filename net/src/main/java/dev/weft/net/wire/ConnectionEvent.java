// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

/** What a listener tells its connections. */
public enum ConnectionEvent {
    /** Finish what is under way and close. */
    DRAIN
}
