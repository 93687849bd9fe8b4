// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.api.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Vendors' own jars that are packed beside code, the very ones that the engine fetches: they come with Weft. */
enum VendorJars {
    /** AWS's runtime interface client for Java. */
    LAMBDA("aws/java-client.lock", "aws/jars/"),
    /** What OpenWhisk's runtimes for Java call an action with. */
    GSON("ibm/java-gson.lock", "ibm/jars/");

    private final String lock;
    private final String folder;

    VendorJars(String lock, String folder) {
        this.lock = lock;
        this.folder = folder;
    }

    /** The jars by file name, each checked by the hash in the lock. */
    Map<String, byte[]> read() {
        Map<String, byte[]> jars = new TreeMap<>();
        new String(AddedFiles.resource(lock), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    String[] parts = line.split("[ :]", -1);
                    String name = "%s.%s-%s.jar".formatted(parts[1], parts[2], parts[3]);
                    byte[] jar = AddedFiles.resource(folder + name);
                    if (!Sha256.hex(jar).equals(parts[0])) {
                        throw new IllegalStateException(name + " is not the jar that " + lock + " names");
                    }
                    jars.put(name, jar);
                });
        return jars;
    }
}
