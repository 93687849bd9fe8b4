// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of Oracle: Fn and OCI. Start at {@link FnHost} and {@link OracleVendor}. */
@NullMarked
package dev.weft.clouds.oracle;

import org.jspecify.annotations.NullMarked;
