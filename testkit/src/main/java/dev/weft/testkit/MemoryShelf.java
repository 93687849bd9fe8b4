// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.facade.Shelf;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A shelf in memory, for façades alone. */
public final class MemoryShelf implements Shelf {
    private final int itemsMax;
    private TreeMap<String, Item> items = new TreeMap<>();

    /** With as much room as there is in Weft. */
    public MemoryShelf() {
        this(ITEMS_MAX);
    }

    /** With room for so many things of all namespaces. */
    public MemoryShelf(int itemsMax) {
        this.itemsMax = itemsMax;
    }

    private static String key(String namespace, String kind, String name) {
        return namespace + '\n' + kind + '\n' + name;
    }

    @Override
    public synchronized List<Item> list(String namespace, String kind) {
        return items.entrySet().stream()
                .filter(each -> each.getKey().startsWith(key(namespace, kind, "")))
                .map(java.util.Map.Entry::getValue)
                .toList();
    }

    @Override
    public synchronized <T> T change(String namespace, Change<T> change) {
        TreeMap<String, Item> before = new TreeMap<>(items);
        try {
            return change.on(desk(namespace));
        } catch (RuntimeException refused) {
            items = before;
            throw refused;
        }
    }

    private Desk desk(String namespace) {
        return new Desk() {
            @Override
            public List<Item> list(String kind) {
                return MemoryShelf.this.list(namespace, kind);
            }

            @Override
            public @Nullable Item find(String kind, String name) {
                return MemoryShelf.this.find(namespace, kind, name);
            }

            @Override
            public Item put(String kind, String name, String text) {
                Item item = new Item(kind, name, text, Instant.EPOCH);
                items.remove(key(namespace, kind, name));
                if (items.size() >= itemsMax) {
                    throw new FullException("there are " + itemsMax + " things already");
                }
                items.put(key(namespace, kind, name), item);
                return item;
            }

            @Override
            public void remove(String kind, String name) {
                items.remove(key(namespace, kind, name));
            }
        };
    }
}
