// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.event;

/** What came of handing over an event. */
public sealed interface Taken {
    /** It is on disk, and will be delivered or be a dead letter. */
    record Kept(String id) implements Taken {}

    /** It is not there; {@code message} is for who sent it. */
    record Refused(Why why, String message) implements Taken {}

    /** Why an event is not taken. */
    enum Why {
        /** As many wait as may: come back later. */
        FULL,
        /** It carries more than an event may. */
        TOO_LARGE,
        /** A limit for its function was reached: come back later. */
        BUSY,
        /** It can't be written down now. */
        UNAVAILABLE
    }
}
