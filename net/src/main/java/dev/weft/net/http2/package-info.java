// SPDX-License-Identifier: Apache-2.0
/** HTTP/2 on a listener: one connection, many streams, each an exchange like those of HTTP/1.1. */
@NullMarked
package dev.weft.net.http2;

import org.jspecify.annotations.NullMarked;
