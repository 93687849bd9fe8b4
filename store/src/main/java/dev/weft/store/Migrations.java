// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings a store to this Weft's schema; one made by a newer Weft is refused. */
final class Migrations {
    private Migrations() {}

    static void run(DataSource source) {
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(source)
                    .locations("classpath:dev/weft/store/migrations")
                    .table("weft_schema")
                    .validateMigrationNaming(true)
                    .load()
                    .migrate();
        } catch (FlywayException refused) {
            throw new StoreException(
                    "the store's schema can't be brought up to date: " + refused.getMessage(), refused);
        }
    }
}
