// SPDX-License-Identifier: Apache-2.0
/** Whether a function does the same on every cloud of its placement, and the certificate that says so. */
@NullMarked
package dev.weft.app.parity;

import org.jspecify.annotations.NullMarked;
