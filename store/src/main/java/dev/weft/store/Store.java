// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import dev.weft.api.facade.Shelf;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** An open store. Blocking; safe for use by many threads. Closing loses nothing that was written. */
public final class Store implements AutoCloseable {
    private final Database database;

    private Store(Database database) {
        this.database = database;
    }

    /** The embedded store in {@code file}, made if it is not there. */
    public static Store embedded(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException unwritable) {
            throw new StoreException("the store " + file + " can't be made: " + unwritable.getMessage(), unwritable);
        }
        return new Store(SqliteDatabase.open(file));
    }

    /**
     * The store that {@code url} names: {@code postgresql://user@host:port/database}; an {@link IllegalArgumentException} for
     * anything else, or a password in it.
     *
     * @param password by reference, from a variable or a file; null for none
     */
    public static Store at(URI url, @Nullable String password) {
        boolean postgres = "postgresql".equals(url.getScheme()) || "postgres".equals(url.getScheme());
        if (!postgres
                || url.getHost() == null
                || url.getPath() == null
                || url.getPath().length() < 2) {
            throw new IllegalArgumentException(
                    "the store's URL must be postgresql://user@host:port/database; without one the store is a file");
        }
        String user = url.getUserInfo();
        if (user != null && user.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "the store's URL holds a password; give it by the variable PGPASSWORD instead");
        }
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return new Store(PostgresDatabase.open(
                "jdbc:postgresql://" + url.getHost() + port + url.getRawPath() + query, user, password));
    }

    /** Who changed what, and when. */
    public History history() {
        return new History(database);
    }

    /** What calls have cost. */
    public Budgets budgets() {
        return new Budgets(database);
    }

    /** Weft's own access keys. */
    public AccessKeys accessKeys() {
        return accessKeys(AccessKeys.GOOD_MAX, AccessKeys.REVOKED_MAX);
    }

    /** The same with other limits. */
    AccessKeys accessKeys(int goodMax, int revokedMax) {
        return new AccessKeys(database, goodMax, revokedMax);
    }

    /** Who asked for what. */
    public AuditLog audit() {
        return new AuditLog(database);
    }

    /** Events that wait to be called with. */
    public Events events() {
        return new Events(database);
    }

    /** What became of events. */
    public EventRecords eventRecords() {
        return eventRecords(EventRecords.RECORDS_MAX, EventRecords.DEAD_MAX);
    }

    /** The same with other limits. */
    EventRecords eventRecords(int recordsMax, int deadMax) {
        return new EventRecords(database, recordsMax, deadMax);
    }

    /** What vendors' clients keep that is no function. */
    public Shelf shelf() {
        return shelf(Shelf.ITEMS_MAX, Shelf.BYTES_MAX);
    }

    /** The same with other limits. */
    Shelf shelf(int itemsMax, long bytesMax) {
        return new StoredShelf(database, InstantSource.system(), itemsMax, bytesMax);
    }

    @Override
    public void close() {
        database.close();
    }
}
