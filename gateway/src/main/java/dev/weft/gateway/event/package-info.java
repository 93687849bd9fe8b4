// SPDX-License-Identifier: Apache-2.0
/** What goes to a function without a route, and what comes of it. */
@org.jspecify.annotations.NullMarked
package dev.weft.gateway.event;
