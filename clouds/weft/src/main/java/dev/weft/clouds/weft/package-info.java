// SPDX-License-Identifier: Apache-2.0
/**
 * Another Weft as a cloud: a function goes there as it is, with its own contract, and is called there. What that Weft answers is in
 * {@code facade}.
 */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.weft;
