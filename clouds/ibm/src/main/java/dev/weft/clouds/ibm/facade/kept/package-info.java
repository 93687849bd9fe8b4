// SPDX-License-Identifier: Apache-2.0
/** What OpenWhisk's clients name and keep: actions, packages, triggers, rules, sequences. */
@NullMarked
package dev.weft.clouds.ibm.facade.kept;

import org.jspecify.annotations.NullMarked;
