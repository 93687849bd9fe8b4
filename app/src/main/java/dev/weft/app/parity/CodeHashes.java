// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Sha256;
import dev.weft.api.resource.Function;
import dev.weft.control.Application;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What makes a function what it is.
 *
 * @param document of the fields that say how the code is called, and of the environment
 * @param clouds of what is uploaded, adapters with it, by the names of the clouds for which it can be made
 */
record CodeHashes(String document, Map<String, String> clouds) {
    /** Of {@code function} as it is now. Packages it for each cloud of its placement. */
    static CodeHashes of(Application documents, Function function, CloudArtifacts artifacts) {
        Map<String, String> clouds = new LinkedHashMap<>();
        for (CloudArtifact each : artifacts.of(documents, function)) {
            if (each instanceof CloudArtifact.Made made) {
                clouds.put(made.cloud(), made.artifact().hash());
            }
        }
        return new CodeHashes(document(documents, function), clouds);
    }

    /** No secret's value is in it: a certificate is public. */
    static String document(Application documents, Function function) {
        Function.Spec spec = function.spec();
        Set<String> secrets = documents.secrets().getOrDefault(function.name(), Set.of());
        Map<String, String> env = new TreeMap<>(documents.env().getOrDefault(function.name(), Map.of()));
        MessageDigest digest = Sha256.begin();
        Map<String, Object> fields = new TreeMap<>();
        fields.put("contract", spec.contract());
        fields.put("runtime", String.valueOf(spec.runtime()));
        fields.put("handler", String.valueOf(spec.handler()));
        fields.put("command", spec.command());
        fields.put("memory", spec.memory().bytes());
        fields.put("timeout", spec.timeout());
        fields.put("payload", spec.payload());
        fields.put("appProtocol", spec.appProtocol());
        fields.put("architecture", spec.architecture());
        fields.forEach((name, value) -> Sha256.add(digest, name + '=' + value));
        Sha256.add(digest, "env " + env.size());
        env.forEach((name, value) -> {
            Sha256.add(digest, name);
            Sha256.add(digest, secrets.contains(name) ? "(a secret)" : "=" + value);
        });
        return HexFormat.of().formatHex(digest.digest());
    }
}
