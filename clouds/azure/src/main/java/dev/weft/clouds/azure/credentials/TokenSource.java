// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

/** One way to get tokens. Blocking. */
interface TokenSource {
    /** What it is, for a person, without a secret: for example "client secret of application 1f2e3d4c…". */
    String words();

    /** A token for {@code audience}, for example https://management.azure.com. */
    AccessToken token(String audience);
}
