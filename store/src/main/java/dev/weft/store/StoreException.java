// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

/** The store can't be opened, read or written; the message says which and why, never a password. */
public final class StoreException extends RuntimeException {
    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
