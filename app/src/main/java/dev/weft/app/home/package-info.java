// SPDX-License-Identifier: Apache-2.0
/** Where a running Weft leaves what other commands of the same user need to find it. */
@NullMarked
package dev.weft.app.home;

import org.jspecify.annotations.NullMarked;
