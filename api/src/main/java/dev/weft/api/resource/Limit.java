// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How many calls may come in: a budget that routes name by an {@code ExtensionRef}, and share when several name it. */
public record Limit(
        @Field(doc = "Name and labels.", required = true) Metadata metadata,

        @Field(doc = "How many calls, and whose are counted together.", required = true)
        Spec spec)
        implements Document {
    @Override
    public String kind() {
        return "Limit";
    }

    /** At least one of concurrency and rate. */
    public record Spec(
            @Field(doc = "Calls under way at once; one more is refused with 429.", min = 1, max = 1_000_000) @Nullable
            Integer concurrency,

            @Field(doc = "Calls in a time; one more is refused with 429.") @Nullable
            Rate rate,

            @Field(doc = "Whose calls are counted together; all calls if left out.") @Nullable
            Key key) {}

    /** A token bucket: it holds burst calls and is refilled evenly. */
    public record Rate(
            @Field(doc = "Calls in the time.", required = true, min = 1, max = 1_000_000)
            int requests,

            @Field(doc = "The time.", fallback = "1s", min = 1_000, max = 86_400_000)
            Duration per,

            @Field(doc = "Calls that may come in at once; as many as requests if left out.", min = 1, max = 1_000_000)
            @Nullable
            Integer burst) {}

    /** What tells one caller from another. */
    public record Key(
            @Field(doc = "The caller's address, or a header field.", required = true)
            KeyType type,

            @Field(
                    doc = "Name of the header field; calls without it are counted together.",
                    pattern = "[A-Za-z0-9!#$%&'*+\\-.^_`|~]{1,256}",
                    patternSays = "an HTTP token, 1 to 256 characters")
            @Nullable
            String name) {}

    /** What tells one caller from another. */
    public enum KeyType {
        /** The address that the connection comes from; of IPv6 the network, its first 64 bits. */
        CALLER,
        /** The first value of a header field. */
        HEADER
    }
}
