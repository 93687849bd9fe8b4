// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.credentials;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** Credentials that were found. Its text says where, never what. */
interface Identity {
    /** What is said of it to a person: its kind, whose, and where it was found. */
    String said();

    /** Header fields, names in lower case, that let a request of a management API pass. */
    Map<String, String> fields() throws IOException;

    /** A token that proves to {@code audience}, a function's URI, who calls. */
    Token idToken(String audience) throws IOException;

    /** A signed token and when it ends. */
    record Token(String value, Instant expires) {
        @Override
        public String toString() {
            return "Token[redacted, until " + expires + "]";
        }
    }
}
