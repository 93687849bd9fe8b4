// SPDX-License-Identifier: Apache-2.0
/** Bodies on their way through the gateway: replayed, and watched. */
@NullMarked
package dev.weft.gateway.body;

import org.jspecify.annotations.NullMarked;
