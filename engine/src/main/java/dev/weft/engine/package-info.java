// SPDX-License-Identifier: Apache-2.0
/** Runs functions on this machine: instances, scaling, sandbox, logs. */
@NullMarked
package dev.weft.engine;

import org.jspecify.annotations.NullMarked;
