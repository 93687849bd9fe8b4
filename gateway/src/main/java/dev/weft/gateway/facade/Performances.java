// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.facade.Performer;

/** Performs what façades' clients keep and call that is no function. */
@FunctionalInterface
public interface Performances {
    /** Where there is nothing of the kind. */
    Performances NONE = event -> new Performer.Performed(new Caller.Ended.Absent(), "");

    /** Performs what the event names, and waits; an interrupt gives it up. */
    Performer.Performed perform(Event event) throws InterruptedException;
}
