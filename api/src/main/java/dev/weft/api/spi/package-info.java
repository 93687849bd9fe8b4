// SPDX-License-Identifier: Apache-2.0
/** What a cloud implements, and what the rooms offer each other. A cloud implements only the faces it has. */
@NullMarked
package dev.weft.api.spi;

import org.jspecify.annotations.NullMarked;
