// SPDX-License-Identifier: Apache-2.0
/** Listeners and loop-bound upstream clients: all our Netty in one place, none of it visible outside. */
@NullMarked
package dev.weft.net;

import org.jspecify.annotations.NullMarked;
