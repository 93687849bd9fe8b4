// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.facade.Shelf;
import dev.weft.app.account.Stores;
import dev.weft.app.home.Home;
import dev.weft.app.keys.Seal;
import dev.weft.app.keys.SealedShelf;
import dev.weft.store.Store;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shelf of this user's store, which is opened when somebody looks; secrets lie sealed there. */
public final class OpenedShelf implements Shelf, AutoCloseable {
    private final Supplier<Store> opening;
    private final Seal seal;
    private @Nullable Store store;
    private boolean closed;

    private OpenedShelf(Supplier<Store> opening, Seal seal) {
        this.opening = opening;
        this.seal = seal;
    }

    /** The one of who has that environment. */
    public static OpenedShelf of(Map<String, String> environment, Home home) {
        return new OpenedShelf(() -> Stores.open(environment, home), Seal.of(environment, home));
    }

    private synchronized Shelf shelf() {
        if (closed) {
            throw new IllegalStateException("Weft stops");
        }
        Store here = store;
        if (here == null) {
            here = opening.get();
            store = here;
        }
        return new SealedShelf(here.shelf(), seal);
    }

    @Override
    public List<Item> list(String namespace, String kind) {
        return shelf().list(namespace, kind);
    }

    @Override
    public @Nullable Item find(String namespace, String kind, String name) {
        return shelf().find(namespace, kind, name);
    }

    @Override
    public <T> T change(String namespace, Change<T> change) {
        return shelf().change(namespace, change);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (store != null) {
            store.close();
        }
    }
}
