// SPDX-License-Identifier: Apache-2.0
/** Blocking calls of vendors' management APIs: one request at a time, signed, retried where that is safe, told in full when it fails. */
@org.jspecify.annotations.NullMarked
package dev.weft.api.rest;
