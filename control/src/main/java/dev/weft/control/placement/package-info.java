// SPDX-License-Identifier: Apache-2.0
/** What strategies ask of documents, and what calls cost where nobody says otherwise: a dated list. */
@NullMarked
package dev.weft.control.placement;

import org.jspecify.annotations.NullMarked;
