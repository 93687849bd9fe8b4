// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Names for requests that are no invocations; they need not be hard to guess. */
final class RequestIds {
    private RequestIds() {}

    static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
