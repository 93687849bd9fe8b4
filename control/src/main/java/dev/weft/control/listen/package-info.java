// SPDX-License-Identifier: Apache-2.0
/** What must hold of documents that say where Weft listens. */
@org.jspecify.annotations.NullMarked
package dev.weft.control.listen;
