// SPDX-License-Identifier: Apache-2.0
/** IBM's accounts, whichever way they run functions. Start at {@link IbmVendor}. */
@NullMarked
package dev.weft.clouds.ibm.account;

import org.jspecify.annotations.NullMarked;
