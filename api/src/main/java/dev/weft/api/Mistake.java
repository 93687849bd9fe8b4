// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong in a document, said so that its writer can mend it.
 *
 * @param position where it stands; null when the document did not come from a file
 * @param field the path of the field, for example {@code spec.placement.clouds[0].name}
 * @param value the value found, as written; null where something is missing
 * @param message what is wrong and what would be right
 */
public record Mistake(
        @Nullable Position position, String field, @Nullable String value, String message) {
    /** A place in a file; lines and columns begin at 1. */
    public record Position(String file, int line, int column) {
        @Override
        public String toString() {
            return file + ':' + line + ':' + column;
        }
    }

    /** A mistake whose position the reader will fill in from {@code field}. */
    public static Mistake at(String field, @Nullable String value, String message) {
        return new Mistake(null, field, value, message);
    }

    @Override
    public String toString() {
        String where = position == null ? "" : position + ": ";
        return where + field + (value == null ? "" : ": '" + value + "'") + ": " + message;
    }
}
