// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import java.util.List;

/** What to do with a call. */
sealed interface Decision {
    /** Try these clouds in this order; indices into the function's placement. */
    record Try(List<Integer> order) implements Decision {}

    /** Answer at once, without any cloud. */
    record Refuse(int status, String word, String reason) implements Decision {}
}
