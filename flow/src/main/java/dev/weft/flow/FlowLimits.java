// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import java.time.Duration;

/**
 * How much of events there may be, and how often is looked.
 *
 * @param waitingMax events that wait or run at once; more are refused
 * @param waitingBytesMax of their payloads together
 * @param payloadBytesMax of one
 * @param deliveriesMax calls with events at once
 * @param deliveriesOfFunctionMax of these, those of one function
 * @param lease how long a claim is good after the last word of who holds it
 * @param look how often is looked for what others put into the queue
 * @param notesMax records of calls that were waited for, that may wait to be written
 */
public record FlowLimits(
        int waitingMax,
        long waitingBytesMax,
        int payloadBytesMax,
        int deliveriesMax,
        int deliveriesOfFunctionMax,
        Duration lease,
        Duration look,
        int notesMax) {
    /** What stands unless a test says otherwise. */
    public static final FlowLimits USUAL =
            new FlowLimits(100_000, 1L << 30, 1 << 20, 64, 16, Duration.ofSeconds(10), Duration.ofSeconds(1), 4_096);
}
