// SPDX-License-Identifier: Apache-2.0
/** Events that are taken for later: what is kept of them, who takes them, who calls with them. */
@org.jspecify.annotations.NullMarked
package dev.weft.api.event;
