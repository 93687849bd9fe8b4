// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import java.util.regex.Pattern;

/** What OpenWhisk takes for the name of an action, or of any other entity. Source: its {@code EntityName}. */
public final class EntityName {
    /** Characters of a name. */
    public static final int CHARACTERS_MAX = 256;

    private static final Pattern SHAPE = Pattern.compile("\\w|\\w[\\w@ .-]*[\\w@.-]");

    private EntityName() {}

    /** Whether it is one. */
    public static boolean valid(String name) {
        return name.length() <= CHARACTERS_MAX && SHAPE.matcher(name).matches();
    }
}
