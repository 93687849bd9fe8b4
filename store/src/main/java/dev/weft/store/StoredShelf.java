// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import dev.weft.api.facade.Shelf;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What vendors' clients keep that is no function, in the store. */
final class StoredShelf implements Shelf {
    private static final String ITEMS = "SELECT name, body, changed_ms FROM shelf WHERE namespace = ? AND kind = ?";

    private final Database database;
    private final InstantSource clock;
    private final int itemsMax;
    private final long bytesMax;

    StoredShelf(Database database, InstantSource clock, int itemsMax, long bytesMax) {
        this.database = database;
        this.clock = clock;
        this.itemsMax = itemsMax;
        this.bytesMax = bytesMax;
    }

    @Override
    public List<Item> list(String namespace, String kind) {
        return database.read(connection -> items(connection, namespace, kind));
    }

    @Override
    public @Nullable Item find(String namespace, String kind, String name) {
        return database.read(connection -> item(connection, namespace, kind, name))
                .orElse(null);
    }

    @Override
    public <T> T change(String namespace, Change<T> change) {
        return database.write(connection -> {
            long ignored = Counter.SHELF.add(connection, 1); // first: others wait here
            try {
                return change.on(new Open(connection, namespace));
            } catch (UncheckedSqlException broken) {
                throw broken.cause;
            }
        });
    }

    private static List<Item> items(Connection connection, String namespace, String kind) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ITEMS + " ORDER BY name")) {
            select.setString(1, namespace);
            select.setString(2, kind);
            return read(select, kind);
        }
    }

    private static Optional<Item> item(Connection connection, String namespace, String kind, String name)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ITEMS + " AND name = ?")) {
            select.setString(1, namespace);
            select.setString(2, kind);
            select.setString(3, name);
            return read(select, kind).stream().findFirst();
        }
    }

    private static List<Item> read(PreparedStatement select, String kind) throws SQLException {
        List<Item> items = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                items.add(new Item(kind, row.getString(1), row.getString(2), Instant.ofEpochMilli(row.getLong(3))));
            }
        }
        return items;
    }

    /** Within a transaction. */
    private final class Open implements Desk {
        private final Connection connection;
        private final String namespace;

        Open(Connection connection, String namespace) {
            this.connection = connection;
            this.namespace = namespace;
        }

        @Override
        public List<Item> list(String kind) {
            return done(() -> items(connection, namespace, kind));
        }

        @Override
        public @Nullable Item find(String kind, String name) {
            return done(() -> item(connection, namespace, kind, name)).orElse(null);
        }

        @Override
        public Item put(String kind, String name, String text) {
            long bytes = text.getBytes(StandardCharsets.UTF_8).length;
            Instant now = Instant.ofEpochMilli(clock.millis());
            return done(() -> {
                delete(kind, name);
                room(bytes);
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO shelf (namespace, kind, name,"
                        + " body, bytes, changed_ms) VALUES (?, ?, ?, ?, ?, ?)")) {
                    insert.setString(1, namespace);
                    insert.setString(2, kind);
                    insert.setString(3, name);
                    insert.setString(4, text);
                    insert.setLong(5, bytes);
                    insert.setLong(6, now.toEpochMilli());
                    insert.executeUpdate();
                }
                return new Item(kind, name, text, now);
            });
        }

        private void room(long more) throws SQLException {
            try (PreparedStatement sum = connection.prepareStatement(
                    "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM shelf WHERE namespace = ?")) {
                sum.setString(1, namespace);
                try (ResultSet row = sum.executeQuery()) {
                    row.next();
                    if (row.getLong(1) >= itemsMax) {
                        throw new FullException("namespace " + namespace + " has " + itemsMax
                                + " packages, triggers, rules and the like already; delete one first");
                    }
                    if (row.getLong(2) + more > bytesMax) {
                        throw new FullException("packages, triggers, rules and the like of namespace " + namespace
                                + " would have more than " + bytesMax + " bytes; delete one first");
                    }
                }
            }
        }

        @Override
        public void remove(String kind, String name) {
            int ignored = done(() -> delete(kind, name));
        }

        private int delete(String kind, String name) throws SQLException {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM shelf WHERE namespace = ? AND kind = ? AND name = ?")) {
                delete.setString(1, namespace);
                delete.setString(2, kind);
                delete.setString(3, name);
                return delete.executeUpdate();
            }
        }
    }

    @FunctionalInterface
    private interface Statement<T> {
        T run() throws SQLException;
    }

    private static <T> T done(Statement<T> statement) {
        try {
            return statement.run();
        } catch (SQLException broken) {
            throw new UncheckedSqlException(broken);
        }
    }

    /** Through a change, which knows nothing of SQL. */
    private static final class UncheckedSqlException extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final SQLException cause;

        UncheckedSqlException(SQLException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
