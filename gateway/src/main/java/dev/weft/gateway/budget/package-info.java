// SPDX-License-Identifier: Apache-2.0
/** Budgets of functions and clouds: a call is made only while there is room for what it may cost at most. */
@org.jspecify.annotations.NullMarked
package dev.weft.gateway.budget;
