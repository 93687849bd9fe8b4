// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How events that a function is sent without waiting are delivered. */
public record Events(
        @Field(
                doc = "How often an event is sent again after the function failed. A cloud that is away, full or"
                        + " throttling uses none of these: it is tried until maxAge.",
                fallback = "2",
                min = 0,
                max = 100)
        int retries,

        @Field(
                doc = "How long an event is tried, from when it was taken; after that it is a dead letter.",
                fallback = "6h",
                min = 1_000,
                max = 1_209_600_000)
        Duration maxAge,

        @Field(
                doc = "How long the first retry waits; each further one waits twice as long, at most an hour.",
                fallback = "1m",
                min = 10,
                max = 3_600_000)
        Duration retryAfter,

        @Field(
                doc = "Name of the Function that is sent a record of every event that was delivered.",
                pattern = Metadata.LABEL,
                patternSays = Metadata.LABEL_SAYS)
        @Nullable
        String onSuccess,

        @Field(
                doc = "Name of the Function that is sent a record of every event that became a dead letter.",
                pattern = Metadata.LABEL,
                patternSays = Metadata.LABEL_SAYS)
        @Nullable
        String onFailure) {
    /** Where a document says nothing. */
    public static final Events USUAL = new Events(2, Duration.ofHours(6), Duration.ofMinutes(1), null, null);
}
