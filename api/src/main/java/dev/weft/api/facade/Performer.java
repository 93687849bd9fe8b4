// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.event.Events;

/**
 * Performs what a vendor's clients keep that is no function and can be called all the same, by calling functions. An event for it has as
 * its function the façade's word, a colon and what the façade calls it.
 */
@FunctionalInterface
public interface Performer {
    /** What it works with: who calls functions, which there are, where calls are noted. */
    record Stage(Caller caller, Functions functions, Events events) {}

    /**
     * How it ended.
     *
     * @param log what is kept as what it wrote
     */
    record Performed(Caller.Ended ended, String log) {}

    /** Performs it and waits; an interrupt gives it up. */
    Performed perform(Event event, Stage stage) throws InterruptedException;
}
