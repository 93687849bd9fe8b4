// SPDX-License-Identifier: Apache-2.0
/** Copies of calls, for who was let see them. */
@org.jspecify.annotations.NullMarked
package dev.weft.gateway.tap;
