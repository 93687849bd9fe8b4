// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

/** Texts that fit a line of a report. */
final class Excerpt {
    /** Characters of a text in a report. */
    static final int CHARS_MAX = 120;

    private Excerpt() {}

    /** {@code text}, or its beginning, in one line of printable characters. */
    static String text(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), CHARS_MAX) + 16);
        int end = Math.min(text.length(), CHARS_MAX);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == '\ufeff' || c == '\u2028' || c == '\u2029') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        if (end < text.length()) {
            out.append("… (").append(text.length()).append(" characters)");
        }
        return out.toString();
    }
}
