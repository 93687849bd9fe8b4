// SPDX-License-Identifier: Apache-2.0
/** The journal: what became of each call, a line of JSON each. */
@NullMarked
package dev.weft.app.journal;

import org.jspecify.annotations.NullMarked;
