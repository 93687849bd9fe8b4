// SPDX-License-Identifier: Apache-2.0
/** What Weft tells others of its calls: spans by OTLP, and which of them are examples of what metrics count. */
@NullMarked
package dev.weft.app.telemetry;

import org.jspecify.annotations.NullMarked;
