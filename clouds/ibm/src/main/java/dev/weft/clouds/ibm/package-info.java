// SPDX-License-Identifier: Apache-2.0
/**
 * All that Weft knows of IBM: OpenWhisk and Code Engine. Start at {@link OpenWhiskHost} for what runs here, and
 * at {@code IbmVendor} in {@code account} for what runs there.
 */
@NullMarked
package dev.weft.clouds.ibm;

import org.jspecify.annotations.NullMarked;
