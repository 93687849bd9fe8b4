// SPDX-License-Identifier: Apache-2.0
/** What the choice of a cloud is made from: prices, times, calls under way, users. Knows no wire and no cloud. */
@NullMarked
package dev.weft.gateway.placement;

import org.jspecify.annotations.NullMarked;
