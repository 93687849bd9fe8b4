// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events.Filter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of events, for who asks; and dead ones back into the queue. */
public final class EventRecords {
    /** Records of delivered events, and of calls that were waited for, that are kept; older ones go. */
    public static final int RECORDS_MAX = 20_000;

    /** How long they are kept. */
    public static final Duration RECORD_AGE_MAX = Duration.ofHours(24);

    /** Dead letters that are kept; older ones go. */
    public static final int DEAD_MAX = 10_000;

    /** How long they are kept. */
    public static final Duration DEAD_AGE_MAX = Duration.ofDays(14);

    /** Characters of what is kept of one text. */
    static final int TEXT_LENGTH_MAX = 2_000;

    /** Records that go in one transaction. */
    private static final int TOGETHER_MAX = 500;

    private static final String COLUMNS =
            "SELECT id, namespace, function, source, state, accepted_ms, due_ms, attempts, failures, bytes, why, ended_ms,"
                    + " took_ms, cloud, said, reason, said_type, said_message, result_type, result, result_bytes, log,"
                    + " sender FROM event ";

    private final Database database;
    private final int recordsMax;
    private final int deadMax;

    EventRecords(Database database, int recordsMax, int deadMax) {
        this.database = database;
        this.recordsMax = recordsMax;
        this.deadMax = deadMax;
    }

    /** One of any namespace, or of {@code namespace} only where it is not null; null where there is none. */
    public @Nullable EventRecord find(@Nullable String namespace, String id) {
        Optional<EventRecord> found = database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(COLUMNS + "WHERE id = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(record(row)) : Optional.empty();
                }
            }
        });
        return found.filter(each -> namespace == null || namespace.equals(each.namespace()))
                .orElse(null);
    }

    /** Those that {@code filter} lets through, newest first. */
    public List<EventRecord> list(Filter filter) {
        return database.read(connection -> {
            try (PreparedStatement select = connection.prepareStatement(COLUMNS
                    + "WHERE accepted_ms >= ? AND accepted_ms < ?"
                    + (filter.namespace() == null ? "" : " AND namespace = ?")
                    + (filter.function() == null ? "" : " AND function = ?")
                    + (filter.state() == null ? "" : " AND state = ?")
                    + (filter.called() ? " AND ended_ms IS NOT NULL" : "")
                    + " ORDER BY accepted_ms DESC, id LIMIT ? OFFSET ?")) {
                select.setLong(1, filter.since().toEpochMilli());
                select.setLong(2, filter.before().toEpochMilli());
                int next = 3;
                if (filter.namespace() != null) {
                    select.setString(next++, filter.namespace());
                }
                if (filter.function() != null) {
                    select.setString(next++, filter.function());
                }
                if (filter.state() != null) {
                    select.setString(next++, word(filter.state()));
                }
                select.setInt(next++, filter.most());
                select.setInt(next, filter.skip());
                List<EventRecord> found = new ArrayList<>();
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        found.add(record(row));
                    }
                }
                return found;
            }
        });
    }

    /** What an event carries; null where it is delivered, or not there. */
    public byte @Nullable [] payload(String id) {
        Optional<byte[]> found = database.read(connection -> {
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT payload FROM event_payload WHERE id = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
                }
            }
        });
        return found.orElse(null);
    }

    /** Writes down calls that were waited for. */
    public void note(List<EventRecord> records) {
        database.write(connection -> {
            for (EventRecord each : records) {
                insert(connection, each);
            }
            return records.size();
        });
    }

    private static void insert(Connection connection, EventRecord record) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO event (id, namespace, function, source, attributes, bytes, hops, accepted_ms, since_ms,"
                        + " due_ms, state, attempts, failures, troubles, holder, lease_ms, why, settled_ms, sender)"
                        + " VALUES (?, ?, ?, ?, '', ?, 0, ?, ?, ?, ?, ?, ?, 0, '', 0, ?, ?, ?)")) {
            long accepted = record.accepted().toEpochMilli();
            insert.setString(1, record.id());
            insert.setString(2, record.namespace());
            insert.setString(3, record.function());
            insert.setString(4, record.source());
            insert.setLong(5, record.payloadBytes());
            insert.setLong(6, accepted);
            insert.setLong(7, accepted);
            insert.setLong(8, accepted);
            insert.setString(9, word(record.state()));
            insert.setInt(10, record.attempts());
            insert.setInt(11, record.failures());
            insert.setString(12, plain(record.why()));
            insert.setLong(13, accepted);
            insert.setString(14, record.sender());
            insert.executeUpdate();
        }
        EventRecord.Last last = record.last();
        if (last != null) {
            write(connection, record.id(), last);
        }
    }

    /** Adds what a function wrote to its event's record, where that is still there. */
    public void log(String id, String log) {
        database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement("UPDATE event SET log = ? WHERE id = ?")) {
                update.setString(1, withoutZeros(log));
                update.setString(2, id);
                return update.executeUpdate();
            }
        });
    }

    /**
     * Puts dead letters back into the queue, as if they were taken now; how many.
     *
     * @param id of one only; null for all
     * @param function of one function only; null for all
     */
    public int redrive(@Nullable String id, @Nullable String function, Instant now) {
        return database.write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE event SET state = 'waiting', since_ms = ?,"
                            + " due_ms = ?, failures = 0, troubles = 0, settled_ms = NULL WHERE state = 'dead'"
                            + (id == null ? "" : " AND id = ?")
                            + (function == null ? "" : " AND function = ?"))) {
                update.setLong(1, now.toEpochMilli());
                update.setLong(2, now.toEpochMilli());
                int next = 3;
                if (id != null) {
                    update.setString(next++, id);
                }
                if (function != null) {
                    update.setString(next, function);
                }
                return update.executeUpdate();
            }
        });
    }

    /** Lets go what is too old or too much; how many dead letters were among it. */
    public int forget(Instant now) {
        for (String state : List.of("delivered", "called")) {
            int gone = TOGETHER_MAX;
            while (gone == TOGETHER_MAX) {
                gone = forget(state, now.minus(RECORD_AGE_MAX), recordsMax);
            }
        }
        int dead = 0;
        int gone = TOGETHER_MAX;
        while (gone == TOGETHER_MAX) {
            gone = forget("dead", now.minus(DEAD_AGE_MAX), deadMax);
            dead += gone;
        }
        return dead;
    }

    private int forget(String state, Instant before, int most) {
        List<String> old = database.read(connection -> {
            List<String> ids = new ArrayList<>();
            ids(
                    connection,
                    "SELECT id FROM event WHERE state = '" + state + "' AND settled_ms < ? ORDER BY settled_ms LIMIT ?",
                    before.toEpochMilli(),
                    ids);
            if (ids.isEmpty()) {
                ids(
                        connection,
                        "SELECT id FROM (SELECT id, settled_ms FROM event WHERE state = '" + state
                                + "' ORDER BY settled_ms DESC LIMIT 1000000 OFFSET ?) AS old ORDER BY settled_ms LIMIT ?",
                        most,
                        ids);
            }
            return ids;
        });
        if (!old.isEmpty()) {
            database.write(connection -> {
                for (String id : old) {
                    deletePayload(connection, id);
                    try (PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM event WHERE id = ? AND state = '" + state + "'")) {
                        delete.setString(1, id);
                        delete.executeUpdate();
                    }
                }
                return old.size();
            });
        }
        return old.size();
    }

    private static void ids(Connection connection, String sql, long first, List<String> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, first);
            select.setInt(2, TOGETHER_MAX);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    ids.add(row.getString(1));
                }
            }
        }
    }

    static void deletePayload(Connection connection, String id) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM event_payload WHERE id = ?")) {
            delete.setString(1, id);
            delete.executeUpdate();
        }
    }

    /** Within a transaction of others. */
    static void write(Connection connection, String id, EventRecord.Last last) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE event SET ended_ms = ?, took_ms = ?, cloud = ?, said = ?, reason = ?, said_type = ?,"
                        + " said_message = ?, result_type = ?, result = ?, result_bytes = ?, log = ? WHERE id = ?")) {
            boolean kept = last.result().length <= EventRecord.RESULT_BYTES_MAX;
            update.setLong(1, last.ended().toEpochMilli());
            update.setLong(2, last.took().toMillis());
            update.setString(3, last.cloud());
            update.setString(4, last.said().name());
            update.setString(5, last.reason());
            update.setString(6, plain(last.type()));
            update.setString(7, plain(last.message()));
            if (last.contentType() == null) {
                update.setNull(8, Types.VARCHAR);
            } else {
                update.setString(8, plain(last.contentType()));
            }
            update.setBytes(9, kept ? last.result() : new byte[0]);
            update.setLong(10, last.resultBytes());
            update.setString(11, withoutZeros(last.log()));
            update.setString(12, id);
            update.executeUpdate();
        }
    }

    private static EventRecord record(ResultSet row) throws SQLException {
        return new EventRecord(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(23),
                state(row.getString(5)),
                Instant.ofEpochMilli(row.getLong(6)),
                Instant.ofEpochMilli(row.getLong(7)),
                row.getInt(8),
                row.getInt(9),
                row.getLong(10),
                row.getString(11),
                last(row));
    }

    private static EventRecord.@Nullable Last last(ResultSet row) throws SQLException {
        long ended = row.getLong(12);
        if (row.wasNull()) {
            return null;
        }
        return new EventRecord.Last(
                Instant.ofEpochMilli(ended),
                Duration.ofMillis(row.getLong(13)),
                row.getString(14),
                EventRecord.Said.valueOf(row.getString(15)),
                row.getString(16),
                row.getString(17),
                row.getString(18),
                row.getString(19),
                row.getBytes(20),
                row.getLong(21),
                row.getString(22));
    }

    static String word(EventRecord.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static EventRecord.State state(String word) {
        return EventRecord.State.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** PostgreSQL takes no zero character. */
    private static String withoutZeros(String text) {
        return text.replace('\0', '\uFFFD');
    }

    static String plain(String text) {
        String cut = text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX - 1) + '…';
        return withoutZeros(cut);
    }
}
