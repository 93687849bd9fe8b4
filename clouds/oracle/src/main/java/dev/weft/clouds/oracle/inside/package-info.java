// SPDX-License-Identifier: Apache-2.0
/** What runs in a Java function's own process: it sees the JDK only. Start at {@link FunctionMain}. */
@NullMarked
package dev.weft.clouds.oracle.inside;

import org.jspecify.annotations.NullMarked;
