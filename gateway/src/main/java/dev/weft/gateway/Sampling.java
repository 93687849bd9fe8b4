// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Trace;

/** Which calls leave spans. Asked once a call, on its event loop: must not block. */
public interface Sampling {
    /** No call leaves spans, and the caller's flag goes on to the function as it came. */
    Sampling OFF = new Sampling() {
        @Override
        public boolean on() {
            return false;
        }

        @Override
        public Trace decide(Trace trace) {
            return trace;
        }
    };

    /** Whether any call can leave spans. */
    boolean on();

    /**
     * The trace as it goes on, its flag saying whether the call leaves spans.
     *
     * @param trace of the call itself; where it has a parent, its flag is the parent's
     */
    Trace decide(Trace trace);
}
