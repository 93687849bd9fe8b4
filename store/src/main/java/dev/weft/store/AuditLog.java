// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import dev.weft.api.facade.Audit;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Who asked for what of façades and keys, and what came of it. The newest {@link #LINES_MAX} lines are kept of those who proved
 * who they are, and as many of those who did not: strangers who knock all day push only each other out.
 */
public final class AuditLog {
    /** Lines of each kind that are kept; older ones go. */
    public static final int LINES_MAX = 50_000;

    /** Lines that one reading gives. */
    public static final int READ_MAX = 10_000;

    /** Length of what is kept of one text. */
    static final int TEXT_LENGTH_MAX = 400;

    /** Weft's own ids are as long as that; of longer ones only the beginning is kept. */
    private static final int KEY_ID_LENGTH_MAX = 20;

    private static final int LONG_KEY_ID_LENGTH = 8;
    private static final int UNREADABLE = 0xFFFD;

    private final Database database;

    AuditLog(Database database) {
        this.database = database;
    }

    /**
     * One line. Its texts came from strangers: they are cut where they are long, and what is no plain character is replaced. A
     * key's id that is too long to be one may be a secret at the wrong place, so most of it is left out.
     *
     * @param keyName what the key's maker called it; empty where that is not known
     */
    public record Line(Audit.Entry entry, String keyName) {
        public Line {
            String id = entry.keyId();
            entry = new Audit.Entry(
                    entry.at(),
                    plain(entry.vendor()),
                    plain(entry.action()),
                    plain(entry.on()),
                    plain(id.length() > KEY_ID_LENGTH_MAX ? id.substring(0, LONG_KEY_ID_LENGTH) + '…' : id),
                    entry.proved(),
                    plain(entry.caller()),
                    entry.outcome(),
                    plain(entry.why()));
            keyName = plain(keyName);
        }
    }

    /** Writes {@code lines} in their order; returns once they are on disk. */
    public void add(List<Line> lines) {
        if (!lines.isEmpty()) {
            database.write(connection -> add(connection, lines));
        }
    }

    /** The newest {@code most} lines since then, oldest first. */
    public List<Line> newest(int most, Instant since) {
        if (most < 1 || most > READ_MAX) {
            throw new IllegalArgumentException("lines: " + most + "; must be from 1 to " + READ_MAX);
        }
        List<Line> lines = database.read(connection -> {
            List<Line> found = new ArrayList<>();
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT at_ms, vendor, action, target, key_id, proved, caller, outcome,"
                            + " why, key_name FROM audit WHERE at_ms >= ? ORDER BY number DESC LIMIT ?")) {
                select.setLong(1, since.toEpochMilli());
                select.setInt(2, most);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        found.add(line(rows));
                    }
                }
            }
            return found;
        });
        return lines.reversed();
    }

    /** Within a transaction of others: what changes a key and what tells of it are on disk together. */
    static long add(Connection connection, List<Line> lines) throws SQLException {
        long more = lines.stream().filter(each -> each.entry().proved()).count();
        // both, so that lines of other processes wait whatever their kind
        long lastProved = Counter.AUDIT_PROVED.add(connection, more);
        long lastUnproved = Counter.AUDIT_UNPROVED.add(connection, lines.size() - more);
        long proved = lastProved - more;
        long unproved = lastUnproved - (lines.size() - more);
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO audit (number, nth, at_ms, vendor, action, target, key_id,"
                        + " key_name, proved, caller, outcome, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Line each : lines) {
                if (each.entry().proved()) {
                    proved++;
                } else {
                    unproved++;
                }
                insert.setLong(1, proved + unproved);
                insert.setLong(2, each.entry().proved() ? proved : unproved);
                fill(insert, each);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        forget(connection, true, lastProved);
        forget(connection, false, lastUnproved);
        return lastProved + lastUnproved;
    }

    private static void fill(PreparedStatement insert, Line line) throws SQLException {
        Audit.Entry entry = line.entry();
        insert.setLong(3, entry.at().toEpochMilli());
        insert.setString(4, entry.vendor());
        insert.setString(5, entry.action());
        insert.setString(6, entry.on());
        insert.setString(7, entry.keyId());
        insert.setString(8, line.keyName());
        insert.setBoolean(9, entry.proved());
        insert.setString(10, entry.caller());
        insert.setString(11, entry.outcome().name());
        insert.setString(12, entry.why());
    }

    private static void forget(Connection connection, boolean proved, long last) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM audit WHERE proved = ? AND nth <= ?")) {
            delete.setBoolean(1, proved);
            delete.setLong(2, last - LINES_MAX);
            delete.executeUpdate();
        }
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                new Audit.Entry(
                        Instant.ofEpochMilli(row.getLong(1)),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getBoolean(6),
                        row.getString(7),
                        Audit.Outcome.valueOf(row.getString(8)),
                        row.getString(9)),
                row.getString(10));
    }

    /** PostgreSQL takes no zero character, a terminal obeys control characters, and half a pair is no character at all. */
    private static String plain(String text) {
        String cut = text.length() <= TEXT_LENGTH_MAX ? text : text.substring(0, TEXT_LENGTH_MAX - 1) + '…';
        StringBuilder plain = new StringBuilder(cut.length());
        cut.codePoints().map(each -> readable(each) ? each : UNREADABLE).forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static boolean readable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
