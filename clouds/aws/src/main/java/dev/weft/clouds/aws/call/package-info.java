// SPDX-License-Identifier: Apache-2.0
/** Calls of functions on Lambda, as the gateway makes them. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.aws.call;
