// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.app.cli.CliException;
import dev.weft.store.AccessKeys;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that are good now, in memory. A thread asks the store for changes, so what other processes make, rotate and revoke
 * counts within about a second. While the store can't be read, those last known stay good for {@link #KEPT_MAX}. Close it before
 * its store.
 */
public final class KeyRing implements Keys, AutoCloseable {
    /** How often the store is asked whether anything changed. */
    static final Duration ASK_EVERY = Duration.ofMillis(500);

    /** How long keys stay good that the store can't be asked about; then none is. */
    static final Duration KEPT_MAX = Duration.ofMinutes(10);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
    private static final System.Logger LOGGER = System.getLogger("dev.weft.app.keys");

    private final Source source;
    private final Seal seal;
    private final LongSupplier nanos;
    private final Set<String> toldUnopened = new HashSet<>();
    private final Thread reader;
    private volatile Map<String, Key> good = Map.of();
    private volatile long readNanos;
    private long change = Long.MIN_VALUE;
    private boolean toldUnread;

    /** Where the keys are read: how often they changed, and those that are good. */
    record Source(LongSupplier changes, Supplier<List<AccessKeys.Stored>> good) {}

    /**
     * Reads them, and goes on reading until closed. A {@link CliException} where one can't be opened: its client would be told
     * that there is no such key.
     */
    public KeyRing(AccessKeys keys, Seal seal) {
        this(new Source(keys::changes, keys::good), seal, ASK_EVERY, System::nanoTime);
    }

    /** The same by another clock. */
    KeyRing(Source source, Seal seal, Duration askEvery, LongSupplier nanos) {
        this.source = source;
        this.seal = seal;
        this.nanos = nanos;
        read(true);
        this.reader = Thread.ofVirtual().name("key-ring").start(() -> readAll(askEvery));
    }

    @Override
    public @Nullable Key find(String id) {
        return nanos.getAsLong() - readNanos > KEPT_MAX.toNanos() ? null : good.get(id);
    }

    private void readAll(Duration askEvery) {
        try {
            while (true) {
                Thread.sleep(askEvery);
                try {
                    read(false);
                    readable();
                } catch (RuntimeException failed) { // whatever it is: this thread must not end by it
                    unreadable(failed);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(boolean first) {
        long asked = nanos.getAsLong();
        long now = source.changes().getAsLong(); // before the keys: a change between the two is seen the next time
        if (now != change) {
            good = opened(source.good().get(), first);
            change = now;
        }
        readNanos = asked;
    }

    private Map<String, Key> opened(List<AccessKeys.Stored> stored, boolean first) {
        Map<String, Key> opened = new HashMap<>();
        for (AccessKeys.Stored each : stored) {
            try {
                opened.put(each.id(), SealedKey.open(each, seal));
            } catch (CliException closed) {
                if (first) {
                    throw closed;
                }
                if (toldUnopened.add(each.sealed())) {
                    LOGGER.log(Level.WARNING, closed.getMessage() + "; it is not good here");
                }
            }
        }
        toldUnopened.retainAll(stored.stream().map(AccessKeys.Stored::sealed).toList());
        return Map.copyOf(opened);
    }

    private void unreadable(RuntimeException failed) {
        if (!toldUnread) {
            toldUnread = true;
            LOGGER.log(
                    Level.WARNING,
                    "access keys can't be read; those known stay good for " + KEPT_MAX.toMinutes() + " min: "
                            + failed.getMessage());
        }
    }

    private void readable() {
        if (toldUnread) {
            toldUnread = false;
            LOGGER.log(Level.INFO, "access keys can be read again");
        }
    }

    @Override
    public void close() {
        reader.interrupt();
        try {
            if (!reader.join(CLOSE_MAX)) {
                LOGGER.log(Level.WARNING, "the reader of access keys still waits for the store");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
