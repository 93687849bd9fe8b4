// SPDX-License-Identifier: Apache-2.0
/** Answering in a vendor's API: what a façade is given and what it says; a vendor's module implements it. */
@org.jspecify.annotations.NullMarked
package dev.weft.api.facade;
