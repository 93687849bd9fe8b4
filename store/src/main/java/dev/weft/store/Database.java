// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Runs statements in transactions. Blocking; safe for use by many threads. */
interface Database extends AutoCloseable {
    /** Some statements that belong together. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** In a transaction of its own, or of several works one after the other; returns once it is on disk. */
    <T> T write(Work<T> work);

    /** Sees what was written before. */
    <T> T read(Work<T> work);

    @Override
    void close();
}
