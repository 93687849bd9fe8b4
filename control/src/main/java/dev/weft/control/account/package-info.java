// SPDX-License-Identifier: Apache-2.0
/** Real clouds come to match documents: plan, apply, destroy, drift, adoption. */
@org.jspecify.annotations.NullMarked
package dev.weft.control.account;
