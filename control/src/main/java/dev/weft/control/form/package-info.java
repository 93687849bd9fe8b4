// SPDX-License-Identifier: Apache-2.0
/** Documents of other APIs, read as Weft's own. */
@org.jspecify.annotations.NullMarked
package dev.weft.control.form;
