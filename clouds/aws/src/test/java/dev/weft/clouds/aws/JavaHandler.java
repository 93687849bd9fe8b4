// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import java.util.Map;

/** A Lambda handler in Java, run by AWS's own runtime interface client. */
public final class JavaHandler {
    /** Greets, or fails when asked to. */
    public Map<String, Object> handle(Map<String, Object> event) {
        if (event.containsKey("fail")) {
            throw new IllegalStateException("told to fail");
        }
        return Map.of("hello", event.getOrDefault("name", "nobody"));
    }
}
