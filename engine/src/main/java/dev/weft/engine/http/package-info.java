// SPDX-License-Identifier: Apache-2.0
/** Contracts that any program can fulfil: a server on {@code $PORT}, of whatever it likes or of CloudEvents. */
@NullMarked
package dev.weft.engine.http;

import org.jspecify.annotations.NullMarked;
