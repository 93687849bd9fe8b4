// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import dev.weft.api.Trace;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The queue of events. One that is added is on disk; it is claimed for a time, called with, and settled by who claimed it. A claim
 * whose time is over is anybody's again: so nothing is lost with a process, and something may be called with twice.
 */
public final class Events {
    private final Database database;

    Events(Database database) {
        this.database = database;
    }

    /**
     * One that is to be called with now.
     *
     * @param since from when its age counts: it was taken then, or redriven
     * @param attempts calls with it, this one included
     * @param failures of these, those that the function failed
     * @param troubles calls since the function's last answer that no cloud answered
     */
    public record Claimed(Event event, Instant accepted, Instant since, int attempts, int failures, int troubles) {}

    /** How much of a function's waits or runs. */
    public record Load(String function, EventRecord.State state, long events, long bytes, Instant due, Instant since) {}

    /** What becomes of a claimed one. */
    public sealed interface Settled {
        /** It is over: {@code next} is put into the queue in the same breath, where there is one. */
        record Over(
                EventRecord.State state,
                String why,
                @Nullable Event next) implements Settled {}

        /** It is tried again at {@code due}. */
        record Again(Instant due, int failures, int troubles, String why) implements Settled {}
    }

    /** Writes them down; returns once they are on disk. */
    public void add(List<Event> events, Instant now) {
        database.write(connection -> {
            for (Event each : events) {
                insert(connection, each, now);
            }
            return events.size();
        });
    }

    private static void insert(Connection connection, Event event, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO event (id, namespace, function, source, content_type, attributes, bytes, traceparent,"
                        + " tracestate, hops, accepted_ms, since_ms, due_ms, state, attempts, failures, troubles, holder,"
                        + " lease_ms, why, sender) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, 0, 0, '', 0, '', ?)")) {
            Trace trace = event.origin().trace();
            insert.setString(1, event.id());
            insert.setString(2, event.namespace());
            insert.setString(3, event.function());
            insert.setString(4, event.source());
            insert.setString(5, event.contentType());
            insert.setString(6, written(event.attributes()));
            insert.setLong(7, event.payload().length);
            insert.setString(8, trace == null ? null : trace.traceparent());
            insert.setString(9, trace == null ? null : trace.state());
            insert.setInt(10, event.origin().hops());
            insert.setLong(11, now.toEpochMilli());
            insert.setLong(12, now.toEpochMilli());
            insert.setLong(13, now.toEpochMilli());
            insert.setString(14, event.sender());
            insert.executeUpdate();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO event_payload (id, payload) VALUES (?, ?)")) {
            insert.setString(1, event.id());
            insert.setBytes(2, event.payload());
            insert.executeUpdate();
        }
    }

    /**
     * Claims what is due.
     *
     * @param wanted how many at most of which function
     * @param holder who claims: a name of its own for every process
     * @param until when the claim is over unless {@link #renew}ed
     */
    public List<Claimed> claim(Map<String, Integer> wanted, String holder, Instant now, Instant until) {
        return database.write(connection -> {
            List<Claimed> claimed = new ArrayList<>();
            // by name, so that two that claim at once wait for each other's rows in the same order
            for (Map.Entry<String, Integer> each : new TreeMap<>(wanted).entrySet()) {
                for (Claimed one : due(connection, each.getKey(), each.getValue(), now)) {
                    if (hold(connection, one.event().id(), holder, until)) {
                        claimed.add(one);
                    }
                }
            }
            return claimed;
        });
    }

    private static List<Claimed> due(Connection connection, String function, int most, Instant now)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT event.id, namespace, function, source, content_type, attributes, payload, traceparent, tracestate,"
                        + " hops, accepted_ms, since_ms, attempts, failures, troubles, sender FROM event JOIN event_payload ON"
                        + " event_payload.id = event.id WHERE state = 'waiting' AND function = ? AND due_ms <= ?"
                        + " ORDER BY due_ms, event.id LIMIT ?")) {
            select.setString(1, function);
            select.setLong(2, now.toEpochMilli());
            select.setInt(3, most);
            List<Claimed> due = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    due.add(new Claimed(
                            new Event(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getString(4),
                                    row.getString(16),
                                    row.getString(5),
                                    read(row.getString(6)),
                                    row.getBytes(7),
                                    new Event.Origin(Trace.parse(row.getString(8), row.getString(9)), row.getInt(10))),
                            Instant.ofEpochMilli(row.getLong(11)),
                            Instant.ofEpochMilli(row.getLong(12)),
                            row.getInt(13) + 1,
                            row.getInt(14),
                            row.getInt(15)));
                }
            }
            return due;
        }
    }

    /** False where another was faster. */
    private static boolean hold(Connection connection, String id, String holder, Instant until) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE event SET state = 'running', holder = ?, lease_ms = ?,"
                        + " attempts = attempts + 1 WHERE id = ? AND state = 'waiting'")) {
            update.setString(1, holder);
            update.setLong(2, until.toEpochMilli());
            update.setString(3, id);
            return update.executeUpdate() == 1;
        }
    }

    /**
     * Says what becomes of {@code claimed}, and how its call ended.
     *
     * @param last null where no call was made
     * @return false where the claim was over: nothing is written, somebody else has it
     */
    public boolean settle(
            Claimed claimed, String holder, Settled settled, EventRecord.@Nullable Last last, Instant now) {
        return database.write(connection -> {
            boolean ours =
                    switch (settled) {
                        case Settled.Again again -> again(connection, claimed, holder, again);
                        case Settled.Over over -> over(connection, claimed, holder, over, now);
                    };
            if (ours && last != null) {
                EventRecords.write(connection, claimed.event().id(), last);
            }
            return ours;
        });
    }

    private static boolean again(Connection connection, Claimed claimed, String holder, Settled.Again again)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE event SET state = 'waiting', holder = '', due_ms = ?, failures = ?,"
                        + " troubles = ?, why = ? WHERE id = ? AND state = 'running' AND holder = ? AND attempts = ?")) {
            update.setLong(1, again.due().toEpochMilli());
            update.setInt(2, again.failures());
            update.setInt(3, again.troubles());
            update.setString(4, EventRecords.plain(again.why()));
            ofClaim(update, 5, claimed, holder);
            return update.executeUpdate() == 1;
        }
    }

    private static boolean over(Connection connection, Claimed claimed, String holder, Settled.Over over, Instant now)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE event SET state = ?, holder = '', why = ?, settled_ms = ?"
                        + " WHERE id = ? AND state = 'running' AND holder = ? AND attempts = ?")) {
            update.setString(1, EventRecords.word(over.state()));
            update.setString(2, EventRecords.plain(over.why()));
            update.setLong(3, now.toEpochMilli());
            ofClaim(update, 4, claimed, holder);
            if (update.executeUpdate() != 1) {
                return false;
            }
        }
        if (over.state() == EventRecord.State.DELIVERED) {
            EventRecords.deletePayload(connection, claimed.event().id());
        }
        Event next = over.next();
        if (next != null) {
            insert(connection, next, now);
        }
        return true;
    }

    private static void ofClaim(PreparedStatement update, int from, Claimed claimed, String holder)
            throws SQLException {
        update.setString(from, claimed.event().id());
        update.setString(from + 1, holder);
        update.setInt(from + 2, claimed.attempts());
    }

    /** Keeps everything that {@code holder} has claimed for longer. */
    public int renew(String holder, Instant until) {
        return database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE event SET lease_ms = ? WHERE state = 'running' AND holder = ?")) {
                update.setLong(1, until.toEpochMilli());
                update.setString(2, holder);
                return update.executeUpdate();
            }
        });
    }

    /** Gives back everything that {@code holder} has claimed: it is due now, for whoever comes. */
    public int release(String holder) {
        return database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE event SET state = 'waiting', holder = '' WHERE state = 'running' AND holder = ?")) {
                update.setString(1, holder);
                return update.executeUpdate();
            }
        });
    }

    /** Gives back what those have claimed who have not renewed it: they are gone. */
    public int recover(Instant now) {
        return database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE event SET state = 'waiting', holder = '' WHERE state = 'running' AND lease_ms < ?")) {
                update.setLong(1, now.toEpochMilli());
                return update.executeUpdate();
            }
        });
    }

    /** How much there is of every function, but for what is over well. */
    public List<Load> loads() {
        return database.read(connection -> {
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT function, state, COUNT(*), SUM(bytes), MIN(due_ms),"
                                    + " MIN(since_ms) FROM event WHERE state IN ('dead', 'running', 'waiting')"
                                    + " GROUP BY state, function");
                    ResultSet row = select.executeQuery()) {
                List<Load> loads = new ArrayList<>();
                while (row.next()) {
                    loads.add(new Load(
                            row.getString(1),
                            EventRecords.state(row.getString(2)),
                            row.getLong(3),
                            row.getLong(4),
                            Instant.ofEpochMilli(row.getLong(5)),
                            Instant.ofEpochMilli(row.getLong(6))));
                }
                return loads;
            }
        });
    }

    /** Names and values as a query has them: no character of them has a meaning to a database. */
    private static String written(Map<String, String> attributes) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(attributes).forEach((name, value) -> text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static Map<String, String> read(String written) {
        Map<String, String> attributes = new LinkedHashMap<>();
        if (!written.isEmpty()) {
            for (String pair : written.split("&", -1)) {
                int equals = pair.indexOf('=');
                attributes.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return attributes;
    }
}
