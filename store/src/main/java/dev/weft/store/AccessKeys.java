// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import dev.weft.api.facade.Key;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Weft's own access keys, their secrets sealed by whoever keeps them here. Each change is told in the audit trail in the same
 * transaction.
 */
public final class AccessKeys {
    /** Keys that are good at once, of all namespaces. */
    public static final int GOOD_MAX = 10_000;

    /** Revoked keys that are remembered; those revoked first are forgotten first. */
    public static final int REVOKED_MAX = 1_000;

    private static final String COLUMNS =
            "SELECT id, name, namespace, role, sealed, made_ms, rotated_ms, revoked_ms FROM access_key";

    private final Database database;
    private final int goodMax;
    private final int revokedMax;

    AccessKeys(Database database, int goodMax, int revokedMax) {
        this.database = database;
        this.goodMax = goodMax;
        this.revokedMax = revokedMax;
    }

    /**
     * A key as it is kept.
     *
     * @param sealed its secret, to be opened by who sealed it; empty once it is revoked
     * @param rotated when its secret was last replaced; null for never
     * @param revoked since when it is good no more; null while it is
     */
    public record Stored(
            String id,
            String name,
            String namespace,
            Key.Role role,
            String sealed,
            Instant made,
            @Nullable Instant rotated,
            @Nullable Instant revoked) {
        @Override
        public String toString() {
            return "Stored[" + id + ' ' + name + ' ' + role + " in " + namespace
                    + (revoked == null ? "" : ", revoked " + revoked) + ']';
        }
    }

    /** How often keys were changed so far: while that stays, so do they. */
    public long changes() {
        return database.read(Counter.ACCESS_KEY::value);
    }

    /** The keys that are good, of all namespaces. */
    public List<Stored> good() {
        return database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(COLUMNS + " WHERE revoked_ms IS NULL ORDER BY namespace, name")) {
                return stored(select);
            }
        });
    }

    /** All of them by namespace and name, revoked ones too. */
    public List<Stored> all() {
        return database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement(COLUMNS + " ORDER BY namespace, name, made_ms, id")) {
                return stored(select);
            }
        });
    }

    /** The good key of that id, or of that name in {@code namespace}. */
    public Optional<Stored> find(String namespace, String idOrName) {
        return database.read(connection -> find(connection, namespace, idOrName));
    }

    private static Optional<Stored> find(Connection connection, String namespace, String idOrName) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                COLUMNS + " WHERE revoked_ms IS NULL AND (id = ? OR (namespace = ? AND name = ?))")) {
            select.setString(1, idOrName);
            select.setString(2, namespace);
            select.setString(3, idOrName);
            return stored(select).stream().findFirst();
        }
    }

    /** Keeps a new key; an {@link IllegalArgumentException} where its name is taken or there are too many. */
    public void add(Stored key, AuditLog.Line told) {
        database.write(connection -> {
            long change = Counter.ACCESS_KEY.add(connection, 1); // first: others wait here, so that counting is right
            if (good(connection) >= goodMax) {
                throw new IllegalArgumentException(
                        "there are " + goodMax + " access keys already, as many as may be; revoke what is not used");
            }
            if (!insert(connection, key)) {
                String other = find(connection, key.namespace(), key.name())
                        .map(Stored::id)
                        .orElse(key.id());
                throw new IllegalArgumentException("NAME: '" + key.name() + "' is the name of key " + other
                        + " of namespace " + key.namespace()
                        + " already; rotate or revoke that one, or choose another name");
            }
            AuditLog.add(connection, List.of(told));
            return change;
        });
    }

    /**
     * Puts another secret in the place of {@code before}'s; an {@link IllegalArgumentException} where it was changed meanwhile.
     */
    public void rotate(Stored before, String sealed, Instant at, AuditLog.Line told) {
        change(before, told, connection -> {
            try (PreparedStatement update = connection.prepareStatement("UPDATE access_key SET sealed = ?,"
                    + " rotated_ms = ? WHERE id = ? AND sealed = ? AND revoked_ms IS NULL")) {
                update.setString(1, sealed);
                update.setLong(2, at.toEpochMilli());
                update.setString(3, before.id());
                update.setString(4, before.sealed());
                return update.executeUpdate();
            }
        });
    }

    /** Makes {@code before} good no more, and forgets its secret. */
    public void revoke(Stored before, Instant at, AuditLog.Line told) {
        change(before, told, connection -> {
            int done;
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE access_key SET sealed = '', revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL")) {
                update.setLong(1, at.toEpochMilli());
                update.setString(2, before.id());
                done = update.executeUpdate();
            }
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM access_key WHERE id IN (SELECT id"
                    + " FROM access_key WHERE revoked_ms IS NOT NULL ORDER BY revoked_ms DESC, id LIMIT "
                    + Integer.MAX_VALUE + " OFFSET ?)")) {
                delete.setInt(1, revokedMax);
                delete.executeUpdate();
            }
            return done;
        });
    }

    private void change(Stored before, AuditLog.Line told, Database.Work<Integer> update) {
        database.write(connection -> {
            long change = Counter.ACCESS_KEY.add(connection, 1);
            if (update.on(connection) == 0) {
                throw new IllegalArgumentException("key " + before.id() + " (" + before.name()
                        + ") was rotated or revoked by somebody else just now; look at it with weft key list");
            }
            AuditLog.add(connection, List.of(told));
            return change;
        });
    }

    private static long good(Connection connection) throws SQLException {
        try (PreparedStatement count =
                        connection.prepareStatement("SELECT COUNT(*) FROM access_key WHERE revoked_ms IS NULL");
                ResultSet row = count.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private static boolean insert(Connection connection, Stored key) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO access_key (id, name, namespace, role,"
                + " sealed, made_ms, rotated_ms, revoked_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
            insert.setString(1, key.id());
            insert.setString(2, key.name());
            insert.setString(3, key.namespace());
            insert.setString(4, key.role().name());
            insert.setString(5, key.sealed());
            insert.setLong(6, key.made().toEpochMilli());
            moment(insert, 7, key.rotated());
            moment(insert, 8, key.revoked());
            return insert.executeUpdate() == 1;
        }
    }

    private static void moment(PreparedStatement statement, int column, @Nullable Instant at) throws SQLException {
        if (at == null) {
            statement.setNull(column, Types.BIGINT);
        } else {
            statement.setLong(column, at.toEpochMilli());
        }
    }

    private static List<Stored> stored(PreparedStatement select) throws SQLException {
        List<Stored> all = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                all.add(new Stored(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        Key.Role.valueOf(row.getString(4)),
                        row.getString(5),
                        Instant.ofEpochMilli(row.getLong(6)),
                        moment(row, 7),
                        moment(row, 8)));
            }
        }
        return all;
    }

    private static @Nullable Instant moment(ResultSet row, int column) throws SQLException {
        long at = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(at);
    }
}
