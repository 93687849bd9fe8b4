// SPDX-License-Identifier: Apache-2.0
/** What the operating system says of this machine's sockets. */
@NullMarked
package dev.weft.net.system;

import org.jspecify.annotations.NullMarked;
