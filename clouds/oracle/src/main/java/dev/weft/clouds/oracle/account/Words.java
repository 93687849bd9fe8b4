// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.Ownership;
import dev.weft.api.resource.Function;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The settings that both clouds have, as the plan shows them. Pure. */
final class Words {
    /** What names of variables begin with that are Weft's adapters' own and no settings of the user's. */
    static final String OWN_VARIABLE = "WEFT_";

    private Words() {}

    /** Settings of the function that the cloud knows as {@code name}. */
    static Map<String, String> of(
            String name, long memoryMebibytes, long timeoutSeconds, Map<String, String> env, Map<String, String> tags) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("memory", Long.toString(memoryMebibytes));
        settings.put("timeout", Long.toString(timeoutSeconds));
        env.forEach((variable, value) -> {
            if (!variable.startsWith(OWN_VARIABLE)) {
                settings.put("env." + variable, Ownership.sealed(name, variable, value));
            }
        });
        tags.forEach((tag, value) -> settings.put("tag." + tag, value));
        return settings;
    }

    /** What a document says of a function that is there; its image stays where it is. */
    static Found found(
            String image,
            long memoryMebibytes,
            long timeoutSeconds,
            Map<String, String> config,
            Map<String, Object> more) {
        Map<String, String> env = new TreeMap<>(config);
        env.keySet().removeIf(name -> name.startsWith(OWN_VARIABLE));
        return new Found(
                Function.Contract.FN,
                image,
                null,
                null,
                memoryMebibytes << 20,
                Duration.ofSeconds(timeoutSeconds),
                env,
                Set.of(),
                more);
    }
}
