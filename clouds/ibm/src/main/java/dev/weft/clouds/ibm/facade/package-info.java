// SPDX-License-Identifier: Apache-2.0
/** OpenWhisk's API in front of Weft's functions. Start at {@link OpenWhiskFacade}. */
@NullMarked
package dev.weft.clouds.ibm.facade;

import org.jspecify.annotations.NullMarked;
