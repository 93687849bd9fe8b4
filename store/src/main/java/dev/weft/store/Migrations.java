// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.pattern.ValidatePattern;

/** Brings a store to this Weft's schema; one made by a newer Weft is refused. */
final class Migrations {
    /** The last of {@code migrations}. */
    static final String NEWEST = "4";

    private Migrations() {}

    static void run(DataSource source) {
        if (newest(source)) {
            return; // to begin Flyway takes longer than most of what a command asks the store
        }
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:dev/weft/store/migrations")
                    .table("weft_schema")
                    .validateMigrationNaming(true)
                    .ignoreMigrationPatterns(new ValidatePattern[0]) // else one of a newer Weft is let pass
                    .load()
                    .migrate();
        } catch (FlywayException refused) {
            throw new StoreException(
                    "the store's schema can't be brought up to date: " + refused.getMessage(), refused);
        }
    }

    /** Whether the schema is this Weft's own: the last step of all is {@link #NEWEST}, and was done. */
    static boolean newest(DataSource source) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet last = statement.executeQuery(
                        "SELECT version, success FROM weft_schema ORDER BY installed_rank DESC LIMIT 1")) {
            return last.next() && NEWEST.equals(last.getString(1)) && last.getBoolean(2);
        } catch (SQLException fresh) {
            return false; // no table yet, or no server: Flyway makes the one and tells of the other
        }
    }
}
