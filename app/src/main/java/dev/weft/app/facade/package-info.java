// SPDX-License-Identifier: Apache-2.0
/** Which façades this Weft has, and what they work with. */
@org.jspecify.annotations.NullMarked
package dev.weft.app.facade;
