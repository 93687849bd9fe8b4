// SPDX-License-Identifier: Apache-2.0
/** A function's process, set apart from everything else. Start at {@link dev.weft.engine.box.BoxedProcess}. */
@NullMarked
package dev.weft.engine.box;

import org.jspecify.annotations.NullMarked;
