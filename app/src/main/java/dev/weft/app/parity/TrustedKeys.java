// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.app.home.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whose certificates count: this machine's own key, and the public keys in {@code parity.pub} beside the documents or in the file
 * that {@code WEFT_PARITY_PUBLIC_KEYS} names, one a line; what follows a space, or a #, is a remark.
 */
record TrustedKeys(Set<String> keys) {
    /** The variable that names another file than the one beside the documents. */
    static final String VARIABLE = "WEFT_PARITY_PUBLIC_KEYS";

    static final String FILE = "parity.pub";

    /** For documents in {@code folder}. */
    static TrustedKeys of(Map<String, String> environment, Home home, Path folder) {
        Set<String> keys = new HashSet<>();
        SigningKey own = SigningKey.find(environment, home);
        if (own != null) {
            keys.add(own.shared());
        }
        String other = environment.get(VARIABLE);
        keys.addAll(in(other == null || other.isBlank() ? folder.resolve(FILE) : Path.of(other.strip())).keys);
        return new TrustedKeys(Set.copyOf(keys));
    }

    /** Those in {@code file}; none where it is not there. */
    static TrustedKeys in(Path file) {
        Set<String> keys = new HashSet<>();
        if (Files.exists(file)) {
            try {
                for (String line : Files.readAllLines(file)) {
                    String key = line.replaceFirst("#.*", "").strip().split("\\s", 2)[0];
                    if (!key.isEmpty()) {
                        keys.add(key);
                    }
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException("the public keys " + file + " can't be read", unreadable);
            }
        }
        return new TrustedKeys(Set.copyOf(keys));
    }

    boolean contains(String key) {
        return keys.contains(key);
    }
}
