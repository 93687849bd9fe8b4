// SPDX-License-Identifier: Apache-2.0
/** The shared words: a call, its body, what a function said of it, and how a cloud fails. */
@NullMarked
package dev.weft.api;

import org.jspecify.annotations.NullMarked;
