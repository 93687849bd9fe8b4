// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.clouds.ibm.PropertyFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A namespace's key, as OpenWhisk's own tools find it: by variable, else in the file that {@code wsk property set} writes.
 * Its text shows where it came from only.
 *
 * @param user the part before the colon, an id
 * @param from where it was found
 */
record WhiskKey(String user, String secret, String from) {
    /** Variables that are looked at, in order: of OpenWhisk's client library, and of its deployment tools. */
    static final List<String> VARIABLES = List.of("__OW_API_KEY", "OW_AUTH", "WSK_AUTH");

    /** Names the file in place of ~/.wskprops. */
    static final String FILE_VARIABLE = "WSK_CONFIG_FILE";

    /** The entry of that file. */
    static final String FILE_ENTRY = "AUTH";

    /** The key, or a CloudException that says where it was looked for. */
    static WhiskKey find(CloudVendor.Around around) {
        Map<String, String> environment = around.environment();
        for (String name : VARIABLES) {
            String value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return of(value.strip(), "variable " + name);
            }
        }
        Path file = environment.containsKey(FILE_VARIABLE)
                ? Path.of(environment.getOrDefault(FILE_VARIABLE, ""))
                : around.home().resolve(".wskprops");
        String value = PropertyFile.read(file).get(FILE_ENTRY);
        if (value != null && !value.isBlank()) {
            return of(value, file.toString());
        }
        throw new CloudException(
                CloudException.Kind.DENIED,
                "no key for OpenWhisk: set __OW_API_KEY to it (uuid:key), or run wsk property set --auth, which writes "
                        + file,
                null);
    }

    private static WhiskKey of(String value, String from) {
        int colon = value.indexOf(':');
        if (colon < 1 || colon == value.length() - 1) {
            throw new CloudException(
                    CloudException.Kind.DENIED, "the key in " + from + " must have the form uuid:key", null);
        }
        return new WhiskKey(value.substring(0, colon), value.substring(colon + 1), from);
    }

    /** What an Authorization field holds. */
    String authorization() {
        return "Basic " + Base64.getEncoder().encodeToString((user + ':' + secret).getBytes(StandardCharsets.UTF_8));
    }

    /** Enough of the id to know it by. */
    String told() {
        return "key of " + (user.length() > 8 ? user.substring(0, 8) + "…" : "a short id") + " from " + from;
    }

    @Override
    public String toString() {
        return "WhiskKey[" + from + "]";
    }
}
