// SPDX-License-Identifier: Apache-2.0
/** What runs inside a function's process before its function is known. Depends on the JDK alone. */
@NullMarked
package dev.weft.engine.boot;

import org.jspecify.annotations.NullMarked;
