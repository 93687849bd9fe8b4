// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.CloudException;

/** How a call ended. */
public sealed interface Upshot {
    /** The function spoke. */
    record Spoke(Invoked invoked) implements Upshot {}

    /** No cloud answered, or none was tried. */
    record Failed(CloudException why) implements Upshot {}

    /** There is no such function here. */
    record Absent() implements Upshot {}
}
