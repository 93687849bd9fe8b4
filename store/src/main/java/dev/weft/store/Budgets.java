// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * What was spent of budgets, in billionths of a dollar. Whoever spends takes a part ahead and gives back what was left of it, so
 * that several processes together never spend more than there is; a part taken by a process that was killed stays spent.
 */
public final class Budgets {
    private final Database database;

    Budgets(Database database) {
        this.database = database;
    }

    /**
     * Takes up to {@code wanted} of what is left of {@code limit}; how much was got, 0 when it is spent.
     *
     * @param scope what the budget is for, for example {@code function/checkout}
     * @param period which one of its periods, for example {@code 2026-11}
     */
    public long take(String scope, String period, long wanted, long limit) {
        if (wanted < 0) {
            throw new IllegalArgumentException("wanted: " + wanted + "; must not be negative");
        }
        return database.write(connection -> {
            begin(connection, scope, period);
            long spent = spent(connection, scope, period, true);
            long got = Math.max(0, Math.min(wanted, limit - spent));
            add(connection, scope, period, got);
            return got;
        });
    }

    /** Gives back what was taken and not spent. */
    public void giveBack(String scope, String period, long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("amount: " + amount + "; must not be negative");
        }
        database.write(connection -> {
            begin(connection, scope, period);
            add(connection, scope, period, -amount);
            return amount;
        });
    }

    /** What is spent or taken by now. */
    public long spent(String scope, String period) {
        return database.read(connection -> spent(connection, scope, period, false));
    }

    private static void begin(Connection connection, String scope, String period) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO budget (scope, period, spent) VALUES (?, ?, 0) ON CONFLICT (scope, period) DO NOTHING")) {
            insert.setString(1, scope);
            insert.setString(2, period);
            insert.executeUpdate();
        }
    }

    /** PostgreSQL needs the row locked until the sum is written; SQLite has one writer and no such words. */
    private static long spent(Connection connection, String scope, String period, boolean forUpdate)
            throws SQLException {
        boolean lock =
                forUpdate && connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT spent FROM budget WHERE scope = ? AND period = ?" + (lock ? " FOR UPDATE" : ""))) {
            select.setString(1, scope);
            select.setString(2, period);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    private static void add(Connection connection, String scope, String period, long amount) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE budget SET spent = spent + ? WHERE scope = ? AND period = ?")) {
            update.setLong(1, amount);
            update.setString(2, scope);
            update.setString(3, period);
            update.executeUpdate();
        }
    }
}
