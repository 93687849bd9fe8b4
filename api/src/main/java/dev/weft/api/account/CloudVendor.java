// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.Transport;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Opens accounts of one vendor. Stateless. */
public interface CloudVendor {
    /** The types of {@code Cloud} that are this vendor's. */
    Set<Cloud.Type> types();

    /** What {@code spec.account} may hold for {@code type}. */
    List<Option> options(Cloud.Type type);

    /**
     * One entry of {@code spec.account}.
     *
     * @param doc one sentence for a user
     * @param pattern a regular expression that the whole value must match
     * @param patternSays what the pattern asks for, in words
     */
    record Option(String name, String doc, boolean required, String pattern, String patternSays) {
        /** Any text of up to 1,024 characters. */
        public static Option of(String name, String doc, boolean required) {
            return new Option(name, doc, required, ".{1,1024}", "a text of up to 1,024 characters");
        }
    }

    /** What else is wrong with the document, for example a region that is missing. Pure. */
    default List<Mistake> check(Cloud cloud) {
        return List.of();
    }

    /** The account of {@code cloud}, whose options were checked. Sends nothing; credentials are looked for when they are needed. */
    CloudAccount open(Cloud cloud, Around around);

    /**
     * What an account needs of the machine it runs on. Its text holds no variable.
     *
     * @param transport sends management requests
     * @param environment the process's variables: the vendor's standard ones are honoured
     * @param home the user's home folder, for the vendor's own configuration files
     */
    record Around(Transport transport, Map<String, String> environment, Path home, InstantSource clock) {
        public Around {
            environment = Map.copyOf(environment);
        }

        @Override
        public String toString() {
            return "Around[home " + home + ", environment redacted]";
        }
    }
}
