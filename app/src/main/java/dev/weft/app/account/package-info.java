// SPDX-License-Identifier: Apache-2.0
/** The command line's verbs for real clouds: plan, apply, destroy, drift, rollback, discover, import, doctor, permissions, logs. */
@org.jspecify.annotations.NullMarked
package dev.weft.app.account;
