// SPDX-License-Identifier: Apache-2.0
/** An event comes in, calls go out: events that are kept in the store until their functions have answered. */
@org.jspecify.annotations.NullMarked
package dev.weft.flow;
