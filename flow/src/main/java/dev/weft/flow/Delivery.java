// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.resource.Events;
import java.time.Duration;
import java.time.Instant;

/** What is next for an event, and of what that is decided. */
final class Delivery {
    private Delivery() {}

    /**
     * What is known before an answer.
     *
     * @param settings of its function
     * @param since from when its age counts
     * @param failures calls that the function failed
     * @param troubles calls since the function's last answer that no cloud answered
     * @param draw a number from 0 to 1, so that what failed together is not tried together
     */
    record Facts(Events settings, Instant since, int failures, int troubles, double draw) {}

    /** What is next. */
    sealed interface Next {
        /** The function has answered. */
        record Delivered() implements Next {}

        /** It is tried again at {@code due}. */
        record Again(Instant due, int failures, int troubles, String why) implements Next {}

        /** It is not tried any more. */
        record Dead(Condition condition, String why) implements Next {}
    }

    /** Why an event is a dead letter; also the words that a destination is told. */
    enum Condition {
        /** The function failed as often as it may. */
        RETRIES_EXHAUSTED("RetriesExhausted"),
        /** It was tried for as long as it may be. */
        EVENT_AGE_EXCEEDED("EventAgeExceeded"),
        /** No cloud would ever take it. */
        NOT_DELIVERABLE("NotDeliverable");

        private final String word;

        Condition(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** An answer in words: the function's failure, the cloud's, or none of both. */
    sealed interface Answer {
        /** The function answered well, or its cloud took the call for later. */
        record Well() implements Answer {}

        /** The function failed. */
        record Failed(String why) implements Answer {}

        /** No cloud answered; another time one may. */
        record Away(String why, Duration notBefore) implements Answer {}

        /** No cloud will ever take it. */
        record Never(String why) implements Answer {}
    }
}
