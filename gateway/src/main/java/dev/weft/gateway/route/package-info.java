// SPDX-License-Identifier: Apache-2.0
/** Which rule a request falls under: routes as they are looked up. */
@NullMarked
package dev.weft.gateway.route;

import org.jspecify.annotations.NullMarked;
