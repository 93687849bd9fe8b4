// SPDX-License-Identifier: Apache-2.0
/** Documents come in, clouds change to match: reading and checking, deciding, deploying, watching the code. */
@NullMarked
package dev.weft.control;

import org.jspecify.annotations.NullMarked;
