// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Against a real PostgreSQL. */
class PostgresStoreIT extends ShelfContract {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static EmbeddedPostgres server;
    private String database;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    @Override
    void openIt() throws Exception {
        database = "weft" + NUMBER.incrementAndGet();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement create = connection.createStatement()) {
            create.execute("CREATE DATABASE " + database);
        }
        super.openIt();
    }

    @Override
    Store open() {
        return Store.at(URI.create(place()), null);
    }

    @Override
    String place() {
        return "postgresql://postgres@localhost:" + server.getPort() + '/' + database;
    }
}
