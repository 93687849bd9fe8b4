// SPDX-License-Identifier: Apache-2.0
/** The verbs that talk to a running Weft, over the admin HTTP API only. */
@NullMarked
package dev.weft.app.cli;

import org.jspecify.annotations.NullMarked;
