// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import org.jspecify.annotations.Nullable;

/** One change, or none, of one function on one cloud. */
public sealed interface Step {
    /** The function's name. */
    String function();

    /** The cloud's name. */
    String cloud();

    /** It is not there. */
    record Create(String function, String cloud) implements Step {}

    /** It is there, and other than wanted or not known to be as wanted. */
    record Update(String function, String cloud) implements Step {}

    /** It is there and not wanted any more. */
    record Delete(String function, String cloud) implements Step {}

    /** It is there as wanted. */
    record Keep(String function, String cloud) implements Step {}

    /**
     * What came of a step.
     *
     * @param failure why it was not done; null when it was
     */
    record Result(Step step, @Nullable RuntimeException failure) {
        /** Whether the step was done. */
        public boolean done() {
            return failure == null;
        }
    }
}
