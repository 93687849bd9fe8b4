// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Key;

/**
 * A key as it is shown, this once. Its text shows no secret.
 *
 * @param privateKey in PEM, of its RSA pair; empty where it has none
 */
record MadeKey(Key key, String privateKey) {
    @Override
    public String toString() {
        return key.toString();
    }
}
