// SPDX-License-Identifier: Apache-2.0
/** The documents a user writes, as records: the source of the reader, the JSON Schema and later the CRDs. */
@NullMarked
package dev.weft.api.resource;

import org.jspecify.annotations.NullMarked;
