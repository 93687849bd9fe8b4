// SPDX-License-Identifier: Apache-2.0
/** A Code Engine project as an account. Start at {@link CodeEngineAccount}. */
@NullMarked
package dev.weft.clouds.ibm.codeengine;

import org.jspecify.annotations.NullMarked;
