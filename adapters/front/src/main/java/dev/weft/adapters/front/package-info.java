// SPDX-License-Identifier: Apache-2.0
/**
 * The adapter for code in Java: packed as a jar beside it, called by the target's contract, and opens the code by its own in
 * a JVM of its own. Compiled for Java 17 and knows the JDK only.
 */
@NullMarked
package dev.weft.adapters.front;

import org.jspecify.annotations.NullMarked;
