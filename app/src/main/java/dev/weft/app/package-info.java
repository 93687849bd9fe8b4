// SPDX-License-Identifier: Apache-2.0
/** The only main(): wires the rooms by hand and tells the walk of {@code weft up}. */
@NullMarked
package dev.weft.app;

import org.jspecify.annotations.NullMarked;
