// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import java.io.Serial;

/** What is wrong with a request, in Azure's words. */
final class Wrong extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient AzureError error;

    Wrong(AzureError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    /** A field or a value that can't be. */
    static Wrong invalid(String message) {
        return new Wrong(AzureError.invalid(message));
    }

    /** A field that asks for what is not done. */
    static Wrong notDone(String what) {
        return new Wrong(AzureError.notDone(what));
    }

    AzureError error() {
        return error;
    }
}
