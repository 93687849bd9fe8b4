// SPDX-License-Identifier: Apache-2.0
/** A call comes in, an answer goes out: routes, placement, retries, journal. Start reading at {@link InvocationPath}. */
@NullMarked
package dev.weft.gateway;

import org.jspecify.annotations.NullMarked;
