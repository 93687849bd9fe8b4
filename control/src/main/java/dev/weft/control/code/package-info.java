// SPDX-License-Identifier: Apache-2.0
/** A function's code as it lies in its folder: which files it is, and whether they have changed. */
@NullMarked
package dev.weft.control.code;

import org.jspecify.annotations.NullMarked;
