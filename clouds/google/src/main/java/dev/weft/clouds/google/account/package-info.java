// SPDX-License-Identifier: Apache-2.0
/** A Google Cloud project as a place that functions are put to. Start at {@link GoogleAccount}. */
@NullMarked
package dev.weft.clouds.google.account;

import org.jspecify.annotations.NullMarked;
