// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import org.jspecify.annotations.Nullable;

/** Code can't be packaged; the message says which, why and what would be right. */
public final class PackagingException extends RuntimeException {
    private final String field;

    /** {@code field} is the document's, for example {@code spec.code.path}. */
    public PackagingException(String field, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.field = field;
    }

    /** The document's field. */
    public String field() {
        return field;
    }
}
