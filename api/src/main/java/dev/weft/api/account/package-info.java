// SPDX-License-Identifier: Apache-2.0
/** A vendor's account as plan, apply and the gateway see it; every vendor's module implements this. */
@org.jspecify.annotations.NullMarked
package dev.weft.api.account;
