// SPDX-License-Identifier: Apache-2.0
/** Functions put on a Fn server and on OCI, and taken off. Start at {@link FnAccount} and {@link OciAccount}. */
@NullMarked
package dev.weft.clouds.oracle.account;

import org.jspecify.annotations.NullMarked;
