// SPDX-License-Identifier: Apache-2.0
/** What must survive a restart: history, budgets, access keys and the audit trail. SQLite in one file, PostgreSQL where several share it. */
@org.jspecify.annotations.NullMarked
package dev.weft.store;
