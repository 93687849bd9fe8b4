// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Weft writes on everything it makes, as tags, labels or annotations: there is no state file, so this is how it knows
 * its own. A cloud whose tags allow fewer characters maps the names, never the values.
 *
 * @param application whose file it came from
 * @param function the document's name
 * @param code {@link #hash} of the artifact that was deployed
 * @param settings {@link #hash} of the settings that were applied: other ones there mean that somebody changed them by hand
 */
public record Ownership(String application, String function, String code, String settings) {
    /** Tag that names the application. */
    public static final String APPLICATION = "weft.dev/application";
    /** Tag that names the function's document. */
    public static final String FUNCTION = "weft.dev/function";
    /** Tag with the artifact's hash. */
    public static final String CODE = "weft.dev/code";
    /** Tag with the hash of the settings. */
    public static final String SETTINGS = "weft.dev/settings";

    /** Hexadecimal digits of a hash: what the strictest cloud's labels (63 characters) hold with room to spare. */
    public static final int HASH_DIGITS = 40;

    /** What a setting begins with whose value is in a store for secrets; the rest is a seal, or says why it can't be read. */
    public static final String STORED = "stored ";

    /** The four tags. */
    public Map<String, String> tags() {
        return new TreeMap<>(Map.of(APPLICATION, application, FUNCTION, function, CODE, code, SETTINGS, settings));
    }

    /** SHA-256 of {@code bytes}, cut to {@link #HASH_DIGITS}, lower case. */
    public static String hash(byte[] bytes) {
        return Sha256.hex(bytes).substring(0, HASH_DIGITS);
    }

    /** The hash of settings, whatever their order. */
    public static String hash(Map<String, String> settings) {
        StringBuilder all = new StringBuilder();
        new TreeMap<>(settings).forEach((name, value) -> all.append(name.length())
                .append(':')
                .append(name)
                .append('=')
                .append(value.length())
                .append(':')
                .append(value)
                .append('\n'));
        return hash(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What stands for a secret value among settings: tells whether it is the same, and nothing else of it. Of a short or
     * guessable secret even this could be guessed, so it is salted with the function's name and never written to a cloud.
     */
    public static String sealed(String function, String name, String value) {
        return "sealed:"
                + hash((function + '\0' + name + '\0' + value).getBytes(StandardCharsets.UTF_8))
                        .substring(0, 12);
    }

    /** {@link #sealed}, of a value that the cloud's own store for secrets keeps: other than one among plain variables, whatever it is. */
    public static String stored(String function, String name, String value) {
        return STORED + sealed(function, name, value);
    }
}
