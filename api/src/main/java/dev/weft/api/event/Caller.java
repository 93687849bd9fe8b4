// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.event;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import java.time.Duration;

/** Calls functions with events: the gateway, for who delivers them. */
public interface Caller {
    /** Whether functions can be called: not before they are deployed. */
    boolean ready();

    /** Calls the event's function, by the name in its namespace, under the event's id and waits. Blocking; an interrupt gives the call up. */
    Ended call(Event event) throws InterruptedException;

    /** The last lines that the event's function wrote while it was called with it, as far as they are at hand. */
    String logTail(Event event);

    /** How a call ended. */
    sealed interface Ended {
        /**
         * The function spoke.
         *
         * @param body of a result or a response, whole; empty for every other outcome
         */
        record Spoke(Outcome outcome, byte[] body, String cloud, Duration took) implements Ended {}

        /** No cloud answered, or none was tried. */
        record Failed(CloudException why) implements Ended {}

        /** There is no such function here, now. */
        record Absent() implements Ended {}
    }
}
