// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.api.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** AWS's own runtime interface client for Java, the very jars that the engine fetches: they come with Weft. */
final class LambdaClient {
    private static final String LOCK = "aws/java-client.lock";

    private LambdaClient() {}

    /** Its jars by file name, each checked by the hash in the lock. */
    static Map<String, byte[]> jars() {
        Map<String, byte[]> jars = new TreeMap<>();
        new String(AddedFiles.resource(LOCK), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    String[] parts = line.split("[ :]", -1);
                    String name = "%s.%s-%s.jar".formatted(parts[1], parts[2], parts[3]);
                    byte[] jar = AddedFiles.resource("aws/jars/" + name);
                    if (!Sha256.hex(jar).equals(parts[0])) {
                        throw new IllegalStateException(name + " is not the jar that " + LOCK + " names");
                    }
                    jars.put(name, jar);
                });
        return jars;
    }
}
