// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A function that was put on a cloud, and of which history tells no removal.
 *
 * @param name what it is called there
 * @param since when it was first put there, after its last removal
 */
public record Left(String function, String cloud, String name, Instant since) {
    /** What a step is called that says: this function is nobody's business here any more. */
    public static final String ABANDON = "abandon";

    private static final String REMOVE = "remove";
    private static final String DONE = "done";

    /** Of one application, by the steps in their order: what a step tried counts, for it may have come half way. */
    static List<Left> of(String application, Connection connection) throws SQLException {
        Map<List<String>, Left> there = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT step.function, step.cloud, step.name, step.action, step.outcome, step.began_ms FROM step"
                        + " JOIN run ON run.id = step.run_id WHERE run.application = ?"
                        + " ORDER BY step.began_ms, run.began_ms, step.number")) {
            select.setString(1, application);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    String cloud = rows.getString(2);
                    String name = rows.getString(3);
                    boolean over = DONE.equals(rows.getString(5));
                    switch (rows.getString(4)) {
                        case REMOVE, ABANDON -> {
                            if (over) {
                                there.remove(List.of(cloud, name));
                            }
                        }
                        default ->
                            there.putIfAbsent(
                                    List.of(cloud, name),
                                    new Left(rows.getString(1), cloud, name, Instant.ofEpochMilli(rows.getLong(6))));
                    }
                }
            }
        }
        return new ArrayList<>(there.values());
    }
}
