// SPDX-License-Identifier: Apache-2.0
/** What {@code weft parity} asks of a function: cases from a file, or the built-in ones. */
@NullMarked
package dev.weft.app.parity.cases;

import org.jspecify.annotations.NullMarked;
