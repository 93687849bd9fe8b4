// SPDX-License-Identifier: Apache-2.0
/** Who Weft is to Google: its standard chain of credentials, looked for when they are needed. */
@NullMarked
package dev.weft.clouds.google.credentials;

import org.jspecify.annotations.NullMarked;
