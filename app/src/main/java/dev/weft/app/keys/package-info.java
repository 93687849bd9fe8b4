// SPDX-License-Identifier: Apache-2.0
/** Weft's own access keys and the audit trail: sealed and kept, good now, made and looked at by the command line. */
@org.jspecify.annotations.NullMarked
package dev.weft.app.keys;
