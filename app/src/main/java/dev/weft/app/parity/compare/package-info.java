// SPDX-License-Identifier: Apache-2.0
/** Two answers to one request, and in what they differ; pure. */
@NullMarked
package dev.weft.app.parity.compare;

import org.jspecify.annotations.NullMarked;
