// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.resource.Function;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A function as it should be on one cloud. Its text holds no value of the environment.
 *
 * @param application whose file it is in
 * @param name what it is called there
 * @param artifact what runs, packaged for this cloud
 * @param env values with every reference resolved; may hold secrets
 * @param secrets names of those values that are secrets: a cloud that has a store for secrets keeps them there, any other one
 *     among the function's plain variables
 */
public record Wanted(
        String application,
        Function function,
        String name,
        Artifact artifact,
        Map<String, String> env,
        Set<String> secrets) {
    public Wanted {
        env = Map.copyOf(env);
        secrets = Set.copyOf(secrets);
        if (!env.keySet().containsAll(secrets)) {
            throw new IllegalArgumentException("secrets names variables that are not in env: " + secrets);
        }
    }

    /** None of its values is a secret. */
    public Wanted(String application, Function function, String name, Artifact artifact, Map<String, String> env) {
        this(application, function, name, artifact, env, Set.of());
    }

    /** The values that are no secrets, by their names. */
    public Map<String, String> plain() {
        Map<String, String> plain = new TreeMap<>(env);
        plain.keySet().removeAll(secrets);
        return plain;
    }

    /** The values that are secrets, by their names. */
    public Map<String, String> secret() {
        Map<String, String> secret = new TreeMap<>(env);
        secret.keySet().retainAll(secrets);
        return secret;
    }

    /** The same, by another document. */
    public Wanted with(Function other) {
        return new Wanted(application, other, name, artifact, env, secrets);
    }

    /** The same, of another artifact. */
    public Wanted with(Artifact other) {
        return new Wanted(application, function, name, other, env, secrets);
    }

    @Override
    public String toString() {
        return "Wanted[" + function.name() + " of " + application + " as " + name + ", env redacted]";
    }
}
