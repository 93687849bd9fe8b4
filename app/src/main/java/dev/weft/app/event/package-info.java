// SPDX-License-Identifier: Apache-2.0
/** Events that are sent without waiting: how they meet the gateway, and the commands that show and redrive them. */
@org.jspecify.annotations.NullMarked
package dev.weft.app.event;
