// SPDX-License-Identifier: Apache-2.0
/** Code of one contract on the cloud of another: small files that are packed beside it, open it by its own contract, and answer by the cloud's. */
@NullMarked
package dev.weft.adapters;

import org.jspecify.annotations.NullMarked;
