// SPDX-License-Identifier: Apache-2.0
/** An OpenWhisk namespace as an account. Start at {@link OpenWhiskAccount}. */
@NullMarked
package dev.weft.clouds.ibm.openwhisk;

import org.jspecify.annotations.NullMarked;
