// SPDX-License-Identifier: Apache-2.0
/** What keeps calls from harming others: limits, shedding, and calls that end with the call they belong to. */
@NullMarked
package dev.weft.gateway.protection;

import org.jspecify.annotations.NullMarked;
