// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.api.facade.Shelf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A shelf on which secrets lie sealed, as keys do in the store: what is of a kind that ends with {@code /secret}. Everything else is
 * passed on as it is.
 */
public final class SealedShelf implements Shelf {
    private static final String SECRET = "/secret";

    private final Shelf shelf;
    private final Seal seal;

    /** On {@code shelf}, under {@code seal}. */
    public SealedShelf(Shelf shelf, Seal seal) {
        this.shelf = shelf;
        this.seal = seal;
    }

    private static String about(String namespace, String kind, String name) {
        return String.join("\n", namespace, kind, name);
    }

    private Item opened(String namespace, Item item) {
        return item.kind().endsWith(SECRET)
                ? new Item(
                        item.kind(),
                        item.name(),
                        seal.open(item.text(), about(namespace, item.kind(), item.name())),
                        item.changed())
                : item;
    }

    @Override
    public List<Item> list(String namespace, String kind) {
        return shelf.list(namespace, kind).stream()
                .map(each -> opened(namespace, each))
                .toList();
    }

    @Override
    public @Nullable Item find(String namespace, String kind, String name) {
        Item found = shelf.find(namespace, kind, name);
        return found == null ? null : opened(namespace, found);
    }

    @Override
    public <T> T change(String namespace, Change<T> change) {
        return shelf.change(namespace, desk -> change.on(new Opened(namespace, desk)));
    }

    /** A desk before which what is sealed lies open. */
    private final class Opened implements Desk {
        private final String namespace;
        private final Desk desk;

        Opened(String namespace, Desk desk) {
            this.namespace = namespace;
            this.desk = desk;
        }

        @Override
        public List<Item> list(String kind) {
            return desk.list(kind).stream().map(each -> opened(namespace, each)).toList();
        }

        @Override
        public @Nullable Item find(String kind, String name) {
            Item found = desk.find(kind, name);
            return found == null ? null : opened(namespace, found);
        }

        @Override
        public Item put(String kind, String name, String text) {
            boolean secret = kind.endsWith(SECRET);
            Item put = desk.put(kind, name, secret ? seal.seal(text, about(namespace, kind, name)) : text);
            return secret ? new Item(kind, name, text, put.changed()) : put;
        }

        @Override
        public void remove(String kind, String name) {
            desk.remove(kind, name);
        }
    }
}
