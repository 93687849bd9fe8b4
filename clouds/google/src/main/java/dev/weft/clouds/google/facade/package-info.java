// SPDX-License-Identifier: Apache-2.0
/** Weft answering in the APIs of Google Cloud Functions. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.google.facade;
