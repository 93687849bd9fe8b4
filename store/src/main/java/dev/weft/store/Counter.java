// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Numbers that only grow. Who adds to one keeps others from it until his transaction is over. */
enum Counter {
    /** Changes of access keys. */
    ACCESS_KEY("access_key"),
    /** Lines of the audit trail of those who proved who they are, of all time. */
    AUDIT_PROVED("audit_proved"),
    /** And of those who did not. */
    AUDIT_UNPROVED("audit_unproved"),
    /** Changes of what vendors' clients keep. */
    SHELF("shelf");

    private final String row;

    Counter(String row) {
        this.row = row;
    }

    /** What it is, with {@code more}. */
    long add(Connection connection, long more) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE counter SET value = value + ? WHERE name = ?")) {
            update.setLong(1, more);
            update.setString(2, row);
            update.executeUpdate();
        }
        return value(connection);
    }

    long value(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT value FROM counter WHERE name = ?")) {
            select.setString(1, row);
            try (ResultSet found = select.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }
}
