// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, by a pool of connections. */
final class PostgresDatabase implements Database {
    /** Connections at once. */
    static final int CONNECTIONS_MAX = 8;

    private static final long CONNECT_MILLIS_MAX = 10_000;

    private final HikariDataSource source;

    private PostgresDatabase(HikariDataSource source) {
        this.source = source;
    }

    /** @param password null where the server asks for none, or where {@code ~/.pgpass} or PGPASSWORD says it */
    static PostgresDatabase open(String jdbcUrl, @Nullable String user, @Nullable String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        if (user != null) {
            config.setUsername(user);
        }
        if (password != null) {
            config.setPassword(password);
        }
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setConnectionTimeout(CONNECT_MILLIS_MAX);
        config.setAutoCommit(false);
        config.setPoolName("weft-store");
        try {
            HikariDataSource source = new HikariDataSource(config);
            Migrations.run(source);
            return new PostgresDatabase(source);
        } catch (RuntimeException unusable) {
            // the pool's message names the URL's host and database, never the password
            throw new StoreException(
                    "the store at " + jdbcUrl + " can't be opened: " + unusable.getMessage(), unusable);
        }
    }

    @Override
    public <T> T write(Work<T> work) {
        try (Connection connection = source.getConnection()) {
            try {
                T value = work.on(connection);
                connection.commit();
                return value;
            } catch (SQLException | RuntimeException failed) {
                connection.rollback();
                throw failed;
            }
        } catch (SQLException failed) {
            throw new StoreException("the store can't be written: " + failed.getMessage(), failed);
        }
    }

    @Override
    public <T> T read(Work<T> work) {
        try (Connection connection = source.getConnection()) {
            T value = work.on(connection);
            connection.rollback();
            return value;
        } catch (SQLException failed) {
            throw new StoreException("the store can't be read: " + failed.getMessage(), failed);
        }
    }

    @Override
    public void close() {
        source.close();
    }
}
