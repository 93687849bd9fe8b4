// SPDX-License-Identifier: Apache-2.0
/** The admin HTTP API: what a running Weft says of itself and lets its owner do. */
@NullMarked
package dev.weft.app.admin;

import org.jspecify.annotations.NullMarked;
