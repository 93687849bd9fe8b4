// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

/** What a listener tells its connections. */
public enum ConnectionEvent {
    /** No more requests are wanted: whoever has a way to tell its caller does so. */
    LAST_CALL,
    /** Finish what is under way and close. */
    DRAIN
}
