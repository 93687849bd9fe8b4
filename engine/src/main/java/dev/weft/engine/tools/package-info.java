// SPDX-License-Identifier: Apache-2.0
/** What code needs on this machine: language runtimes and vendors' libraries. */
@NullMarked
package dev.weft.engine.tools;

import org.jspecify.annotations.NullMarked;
