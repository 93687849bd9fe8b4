// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

/** What comes of asking to leave an event for later. */
public sealed interface Entry {
    /** It may be left, and is called with under this origin. */
    record Let(Origin origin) implements Entry {}

    /** It may not now. */
    record Refused(String why) implements Entry {}

    /** There is no such function here. */
    record Absent() implements Entry {}
}
