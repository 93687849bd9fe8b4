// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.facade.Shelf;
import dev.weft.store.Store;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shelf of this user's store, which is opened when somebody looks. */
public final class OpenedShelf implements Shelf, AutoCloseable {
    private final Supplier<Store> opening;
    private @Nullable Store store;
    private boolean closed;

    /** Opens the store by {@code opening}. */
    public OpenedShelf(Supplier<Store> opening) {
        this.opening = opening;
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
        return here.shelf();
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
