// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.Body;
import dev.weft.api.LimitedBody;
import java.util.function.Consumer;

/**
 * Who takes a function's answer as it comes.
 *
 * @param bytesMax of the answer, which breaks off there
 */
public record Passing(long bytesMax, Consumer<Speaking> taker) {
    /** {@code body} up to the limit. */
    public Body limited(Body body) {
        return LimitedBody.of(body, bytesMax, "the function answered more than " + bytesMax + " bytes");
    }
}
