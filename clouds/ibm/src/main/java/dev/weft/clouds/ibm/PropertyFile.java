// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.CloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Files of lines {@code NAME=value}, as IBM's and OpenWhisk's tools keep credentials in. */
public final class PropertyFile {
    /** Size of one; a larger file is none of these. */
    static final long BYTES_MAX = 64 * 1024;

    private PropertyFile() {}

    /** The lines of {@code file}; empty where it is not there. What it holds is in no message. */
    public static Map<String, String> read(Path file) {
        Map<String, String> values = new HashMap<>();
        try {
            if (!Files.isRegularFile(file)) {
                return values;
            }
            if (Files.size(file) > BYTES_MAX) {
                throw unreadable(file, "has more than " + BYTES_MAX + " bytes", null);
            }
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    values.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip());
                }
            }
            return values;
        } catch (IOException broken) {
            throw unreadable(file, "can't be read", broken);
        }
    }

    private static CloudException unreadable(
            Path file, String why, @org.jspecify.annotations.Nullable Throwable cause) {
        return new CloudException(CloudException.Kind.DENIED, file + " " + why, cause);
    }
}
