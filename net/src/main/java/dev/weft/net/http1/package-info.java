// SPDX-License-Identifier: Apache-2.0
/**
 * HTTP/1.1 as bytes (RFC 9112): heads and bodies are read strictly, so that no other server may read them in another way,
 * and heads are written in one piece.
 */
@NullMarked
package dev.weft.net.http1;

import org.jspecify.annotations.NullMarked;
