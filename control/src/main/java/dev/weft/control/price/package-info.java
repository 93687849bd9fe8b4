// SPDX-License-Identifier: Apache-2.0
/** What calls cost where nobody says otherwise: a dated list. */
@NullMarked
package dev.weft.control.price;

import org.jspecify.annotations.NullMarked;
