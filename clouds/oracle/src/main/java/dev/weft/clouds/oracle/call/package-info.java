// SPDX-License-Identifier: Apache-2.0
/** Calls as Oracle's APIs and its development kits know them. Start at {@link FnWire}. */
@NullMarked
package dev.weft.clouds.oracle.call;

import org.jspecify.annotations.NullMarked;
