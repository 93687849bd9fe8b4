// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * One file, in write-ahead mode. One platform thread writes, because SQLite's native calls pin a virtual thread and only one may
 * write anyway; what waits is written in one transaction, so that many writers share one sync of the disk.
 */
final class SqliteDatabase implements Database {
    /** Works that may wait to be written; a writer beyond that waits itself. */
    static final int WAITING_MAX = 4096;
    /** Works of one transaction. */
    static final int TOGETHER_MAX = 256;

    private static final int BUSY_MILLIS_MAX = 10_000;
    private static final ReentrantLock ONE_MIGRATES = new ReentrantLock();

    private record Waiting<T>(Work<T> work, CompletableFuture<T> result) {
        /** Does it within the transaction; undone alone when it fails. */
        void on(Connection connection, List<Runnable> afterwards) throws SQLException {
            execute(connection, "SAVEPOINT work");
            try {
                T value = work.on(connection);
                execute(connection, "RELEASE work");
                afterwards.add(() -> result.complete(value));
            } catch (SQLException | RuntimeException failed) {
                execute(connection, "ROLLBACK TO work");
                execute(connection, "RELEASE work");
                afterwards.add(() -> result.completeExceptionally(failed));
            }
        }
    }

    private final BlockingQueue<Waiting<?>> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Connection writing;
    private final Connection reading;
    private final ReentrantLock oneReader = new ReentrantLock();
    private final Thread writer;
    private volatile boolean closed;

    private SqliteDatabase(Connection writing, Connection reading) {
        this.writing = writing;
        this.reading = reading;
        this.writer = Thread.ofPlatform().name("store").daemon().start(this::writeAll);
    }

    /** Opens {@code file}, made if it is not there. */
    static SqliteDatabase open(Path file) {
        SQLiteDataSource source = source(file);
        try {
            migrate(source, file);
            return new SqliteDatabase(source.getConnection(), source.getConnection());
        } catch (SQLException | IOException unusable) {
            throw new StoreException("the store " + file + " can't be opened: " + unusable.getMessage(), unusable);
        }
    }

    /** One process at a time: two that migrate one file fail each other. A lock of the system goes with a killed process. */
    private static void migrate(SQLiteDataSource source, Path file) throws IOException {
        if (Migrations.newest(source)) {
            return;
        }
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        ONE_MIGRATES.lock(); // the system's lock is the whole process's
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            Migrations.run(source);
        } finally {
            ONE_MIGRATES.unlock();
        }
    }

    private static SQLiteDataSource source(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLIS_MAX);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    @Override
    public <T> T write(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            waiting.put(new Waiting<>(work, result));
            return result.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while the store was written: whether it was is not known", stopped);
        } catch (java.util.concurrent.ExecutionException failed) {
            throw failure(failed.getCause());
        } catch (CompletionException failed) {
            throw failure(failed.getCause());
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        return cause instanceof RuntimeException own
                ? own
                : new StoreException(
                        "the store can't be written: " + (cause == null ? "" : cause.getMessage()),
                        cause == null ? new SQLException() : cause);
    }

    private void writeAll() {
        List<Waiting<?>> together = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            try {
                together.add(waiting.take());
            } catch (InterruptedException closing) {
                continue;
            }
            waiting.drainTo(together, TOGETHER_MAX - 1);
            writeTogether(together);
            together.clear();
        }
    }

    private void writeTogether(List<Waiting<?>> together) {
        List<Runnable> afterwards = new ArrayList<>();
        try {
            // by hand: the driver's own way begins the next transaction at once, and so keeps the lock from other
            // processes;
            // immediate, so that two of them wait for each other instead of failing halfway
            execute(writing, "BEGIN IMMEDIATE");
            for (Waiting<?> each : together) {
                each.on(writing, afterwards);
            }
            execute(writing, "COMMIT");
            afterwards.forEach(Runnable::run);
        } catch (SQLException failed) {
            try {
                execute(writing, "ROLLBACK");
            } catch (SQLException gone) {
                failed.addSuppressed(gone);
            }
            together.forEach(each -> each.result().completeExceptionally(failed));
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public <T> T read(Work<T> work) {
        oneReader.lock();
        try {
            return work.on(reading);
        } catch (SQLException failed) {
            throw new StoreException("the store can't be read: " + failed.getMessage(), failed);
        } finally {
            oneReader.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            writer.join();
            writing.close();
            reading.close();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (SQLException gone) {
            throw new StoreException("the store can't be closed: " + gone.getMessage(), gone);
        }
    }
}
