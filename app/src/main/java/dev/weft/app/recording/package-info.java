// SPDX-License-Identifier: Apache-2.0
/** Requests of callers, written down for who may: without what proves who a caller is. */
@org.jspecify.annotations.NullMarked
package dev.weft.app.recording;
