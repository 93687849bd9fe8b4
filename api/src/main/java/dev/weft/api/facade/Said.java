// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import java.util.regex.Pattern;

/** What a client said, as it is said again to it: only so much of it, and nothing that a field or a terminal obeys. Pure. */
public final class Said {
    /** Characters of a value within a message. */
    public static final int VALUE_CHARS_MAX = 60;

    /** Characters of a message. */
    public static final int MESSAGE_CHARS_MAX = 500;

    private static final Pattern UNWRITABLE = Pattern.compile("[^ -~ç…]");

    private Said() {}

    /** A value within a message. */
    public static String value(String text) {
        return cut(text, VALUE_CHARS_MAX);
    }

    /** A whole message, some words of which are the client's own. */
    public static String message(String text) {
        return UNWRITABLE.matcher(cut(text, MESSAGE_CHARS_MAX)).replaceAll("?");
    }

    /** The first {@code charsMax} of it. */
    public static String cut(String text, int charsMax) {
        return text.length() <= charsMax ? text : text.substring(0, charsMax) + '…';
    }
}
