// SPDX-License-Identifier: Apache-2.0
/** Weft answering in the API of Function Compute 3.0. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.alibaba.facade;
