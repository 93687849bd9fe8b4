// SPDX-License-Identifier: Apache-2.0
/** A function's code becomes what a cloud takes: the same code, the same bytes. */
@org.jspecify.annotations.NullMarked
package dev.weft.control.pack;
