// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;

/** One function on one cloud, ready to be called. Safe on any event loop. */
public interface Place {
    /** The cloud's name. */
    String cloud();

    /**
     * Starts {@code call}, on {@code loop} and by its thread; everything comes back there. A place never keeps a caller
     * waiting beyond its named limits: it sheds with {@link CloudException.Kind#BUSY}.
     */
    Attempt call(Call call, Loop loop, Answers answers);

    /** Calls it serves at once, before any has to wait; may change with the function's version. */
    default int callsMax() {
        return Integer.MAX_VALUE;
    }

    /** Hears exactly one of the two, once, unless the attempt was cancelled before. */
    interface Answers {
        /** The function spoke. A streaming body is read or discarded by the receiver. */
        void outcome(Outcome outcome);

        /** The cloud failed. */
        void failed(CloudException why);
    }

    /** A call under way. */
    @FunctionalInterface
    interface Attempt {
        /** The caller is gone: stop as far as the cloud can, and answer nothing more. Harmless when over. */
        void cancel();
    }
}
