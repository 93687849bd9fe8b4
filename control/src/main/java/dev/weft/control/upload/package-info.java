// SPDX-License-Identifier: Apache-2.0
/** Functions that came from vendors' clients, kept as documents and zip files. */
@org.jspecify.annotations.NullMarked
package dev.weft.control.upload;
