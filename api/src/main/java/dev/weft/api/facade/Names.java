// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Sha256;
import dev.weft.api.resource.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a function is called in Weft that a vendor's client calls otherwise: in lower case, with a dash for whatever a DNS label can't
 * hold. Names that differ in nothing else are one function. Pure.
 */
public final class Names {
    private static final Pattern VALID = Pattern.compile(Metadata.LABEL);
    private static final int LENGTH_MAX = 63;
    private static final int HASH_LENGTH = 8;

    private Names() {}

    /** Whether {@code name} can be one in Weft. */
    public static boolean valid(String name) {
        return VALID.matcher(name).matches();
    }

    /** The name in Weft; of a name that is one already the same. */
    public static String weft(String theirs) {
        String plain =
                theirs.toLowerCase(Locale.ROOT).replaceAll("[^-a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        if (plain.isEmpty()) {
            return hash(theirs);
        }
        return plain.length() <= LENGTH_MAX
                ? plain
                : plain.substring(0, LENGTH_MAX - HASH_LENGTH - 1) + '-' + hash(theirs);
    }

    private static String hash(String theirs) {
        return Sha256.hex(theirs.getBytes(StandardCharsets.UTF_8)).substring(0, HASH_LENGTH);
    }
}
