// SPDX-License-Identifier: Apache-2.0
/** Weft answering in the API of a Fn server. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.oracle.facade;
