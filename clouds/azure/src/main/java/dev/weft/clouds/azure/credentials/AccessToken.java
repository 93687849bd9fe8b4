// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import java.time.Instant;

/** What Azure takes as proof, until it expires. Redacted in every text. */
public record AccessToken(String value, Instant expires) {
    @Override
    public String toString() {
        return "AccessToken[redacted, until " + expires + "]";
    }
}
