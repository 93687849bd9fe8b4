// SPDX-License-Identifier: Apache-2.0
/** What routes change on the way to a backend and back, compiled from their documents. */
@NullMarked
package dev.weft.gateway.filter;

import org.jspecify.annotations.NullMarked;
