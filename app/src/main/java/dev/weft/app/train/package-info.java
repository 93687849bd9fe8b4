// SPDX-License-Identifier: Apache-2.0
/** What the build does so that commands start fast. */
@org.jspecify.annotations.NullMarked
package dev.weft.app.train;
