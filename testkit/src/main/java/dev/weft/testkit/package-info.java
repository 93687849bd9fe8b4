// SPDX-License-Identifier: Apache-2.0
/** What every cloud and contract host must do, as tests; and what tests of several rooms share. */
@NullMarked
package dev.weft.testkit;

import org.jspecify.annotations.NullMarked;
