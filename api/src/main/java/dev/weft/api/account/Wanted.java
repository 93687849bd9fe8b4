// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.resource.Function;
import java.util.Map;

/**
 * A function as it should be on one cloud. Its text holds no value of the environment.
 *
 * @param application whose file it is in
 * @param name what it is called there
 * @param artifact what runs, packaged for this cloud
 * @param env values with every reference resolved; may hold secrets
 */
public record Wanted(String application, Function function, String name, Artifact artifact, Map<String, String> env) {
    public Wanted {
        env = Map.copyOf(env);
    }

    @Override
    public String toString() {
        return "Wanted[" + function.name() + " of " + application + " as " + name + ", env redacted]";
    }
}
