// SPDX-License-Identifier: Apache-2.0
/** A vendor's client comes in by that vendor's API and gets an answer in the vendor's words. */
@org.jspecify.annotations.NullMarked
package dev.weft.gateway.facade;
