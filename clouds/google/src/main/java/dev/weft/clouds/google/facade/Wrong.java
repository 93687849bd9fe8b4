// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import java.io.Serial;

/** What is wrong with a request, in Google's words. */
final class Wrong extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient GoogleError error;

    Wrong(GoogleError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    /** A field or a value that can't be. */
    static Wrong invalid(String message) {
        return new Wrong(GoogleError.invalid(message));
    }

    GoogleError error() {
        return error;
    }
}
