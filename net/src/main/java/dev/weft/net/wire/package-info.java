// SPDX-License-Identifier: Apache-2.0
/** What every protocol of {@code net} shares: chunks over pooled memory, fields, what a listener refuses. */
@NullMarked
package dev.weft.net.wire;

import org.jspecify.annotations.NullMarked;
