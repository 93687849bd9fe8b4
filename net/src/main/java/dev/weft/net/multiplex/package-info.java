// SPDX-License-Identifier: Apache-2.0
/** HTTP/2 to servers: connections that carry many requests at once. */
@NullMarked
package dev.weft.net.multiplex;

import org.jspecify.annotations.NullMarked;
