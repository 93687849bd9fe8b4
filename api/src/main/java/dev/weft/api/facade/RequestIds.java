// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Names for requests that are no invocations; they need not be hard to guess. */
public final class RequestIds {
    private RequestIds() {}

    /** Another one. */
    public static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
