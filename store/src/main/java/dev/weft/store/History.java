// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who changed what on which cloud, and when: a line is written before a step is begun and completed when it is over. */
public final class History {
    /** Runs that one reading gives. */
    public static final int RUNS_MAX = 1000;

    /** Length of what is kept of a step's failure. */
    static final int DETAIL_LENGTH_MAX = 4000;

    private final Database database;

    History(Database database) {
        this.database = database;
    }

    /**
     * One run of a verb.
     *
     * @param who the user's name on the machine
     * @param ended null while it runs, and of one that was killed
     * @param outcome for example "2 of 3 steps done"; null while it runs
     */
    public record Run(
            String id,
            String application,
            String verb,
            String who,
            String host,
            Instant began,
            @Nullable Instant ended,
            @Nullable String outcome,
            List<Step> steps) {
        public Run {
            steps = List.copyOf(steps);
        }
    }

    /**
     * One step of a run.
     *
     * @param took null while it runs, and of one whose process was killed
     * @param outcome done, failed or skipped; null while it runs
     * @param detail why it failed or was skipped; null where it was done
     */
    public record Step(
            long number,
            String function,
            String cloud,
            String name,
            String action,
            Instant began,
            @Nullable Duration took,
            @Nullable String outcome,
            @Nullable String detail) {}

    /** A run begins; its id. */
    public String begin(String application, String verb, String who, String host, Instant at) {
        String id = UUID.randomUUID().toString();
        return database.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO run (id, application, verb, who, host, began_ms) VALUES (?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, id);
                insert.setString(2, application);
                insert.setString(3, verb);
                insert.setString(4, who);
                insert.setString(5, host);
                insert.setLong(6, at.toEpochMilli());
                insert.executeUpdate();
                return id;
            }
        });
    }

    /** A step is about to be done. */
    public void begin(String run, Step step) {
        database.write(connection -> {
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO step (run_id, number, function, cloud,"
                            + " name, action, began_ms) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, run);
                insert.setLong(2, step.number());
                insert.setString(3, step.function());
                insert.setString(4, step.cloud());
                insert.setString(5, step.name());
                insert.setString(6, step.action());
                insert.setLong(7, step.began().toEpochMilli());
                return insert.executeUpdate();
            }
        });
    }

    /** A step is over. */
    public void end(String run, long number, Duration took, String outcome, @Nullable String detail) {
        database.write(connection -> {
            try (PreparedStatement update = connection.prepareStatement(
                    "UPDATE step SET took_ms = ?, outcome = ?, detail = ? WHERE run_id = ? AND number = ?")) {
                update.setLong(1, took.toMillis());
                update.setString(2, outcome);
                update.setString(
                        3,
                        detail == null || detail.length() <= DETAIL_LENGTH_MAX
                                ? detail
                                : detail.substring(0, DETAIL_LENGTH_MAX));
                update.setString(4, run);
                update.setLong(5, number);
                return update.executeUpdate();
            }
        });
    }

    /** A run is over. */
    public void end(String run, Instant at, String outcome) {
        database.write(connection -> {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE run SET ended_ms = ?, outcome = ? WHERE id = ?")) {
                update.setLong(1, at.toEpochMilli());
                update.setString(2, outcome);
                update.setString(3, run);
                return update.executeUpdate();
            }
        });
    }

    /** What of {@code application} was put somewhere and not removed again, as far as is known here. */
    public List<Left> left(String application) {
        return database.read(connection -> Left.of(application, connection));
    }

    /** The newest {@code most} runs of {@code application}, newest first, with their steps. */
    public List<Run> newest(String application, int most) {
        if (most < 1 || most > RUNS_MAX) {
            throw new IllegalArgumentException("runs: " + most + "; must be from 1 to " + RUNS_MAX);
        }
        return database.read(connection -> {
            List<Run> runs = new ArrayList<>();
            try (PreparedStatement select =
                    connection.prepareStatement("SELECT id, application, verb, who, host, began_ms,"
                            + " ended_ms, outcome FROM run WHERE application = ? ORDER BY began_ms DESC, id LIMIT ?")) {
                select.setString(1, application);
                select.setInt(2, most);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        runs.add(run(rows, connection));
                    }
                }
            }
            return runs;
        });
    }

    private static Run run(ResultSet row, Connection connection) throws SQLException {
        String id = row.getString(1);
        long ended = row.getLong(7);
        boolean over = !row.wasNull();
        return new Run(
                id,
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(6)),
                over ? Instant.ofEpochMilli(ended) : null,
                row.getString(8),
                steps(id, connection));
    }

    private static List<Step> steps(String run, Connection connection) throws SQLException {
        List<Step> steps = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT number, function, cloud, name, action, began_ms,"
                        + " took_ms, outcome, detail FROM step WHERE run_id = ? ORDER BY number")) {
            select.setString(1, run);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    long took = rows.getLong(7);
                    boolean over = !rows.wasNull();
                    steps.add(new Step(
                            rows.getLong(1),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getString(5),
                            Instant.ofEpochMilli(rows.getLong(6)),
                            over ? Duration.ofMillis(took) : null,
                            rows.getString(8),
                            rows.getString(9)));
                }
            }
        }
        return steps;
    }
}
