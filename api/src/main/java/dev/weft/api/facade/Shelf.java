// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What vendors' clients keep here that is no function: texts, by kind and name within a namespace. What was changed is on disk, whole or
 * not at all. Blocking; safe on any thread.
 */
public interface Shelf {
    /** Things of one namespace, of all kinds. */
    int ITEMS_MAX = 4_000;

    /** Bytes of all their texts, in UTF-8. */
    long BYTES_MAX = 64L << 20;

    /** Nothing, and nothing is taken. */
    Shelf NONE = new Shelf() {
        @Override
        public List<Item> list(String namespace, String kind) {
            return List.of();
        }

        @Override
        public <T> T change(String namespace, Change<T> change) {
            throw new FullException("nothing is kept here");
        }
    };

    /**
     * One thing.
     *
     * @param kind the vendor's word for the façade, a slash, and what it is
     * @param text as who keeps it wrote it; may hold secrets
     */
    record Item(String kind, String name, String text, Instant changed) {
        /** Without the text: it may hold secrets. */
        @Override
        public String toString() {
            return "Item[" + kind + ' ' + name + ']';
        }
    }

    /** All of a kind, by name. */
    List<Item> list(String namespace, String kind);

    /** One of them; null where there is none. */
    default @Nullable Item find(String namespace, String kind, String name) {
        return list(namespace, kind).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Does {@code change} while nobody else changes anything; where it throws, nothing was changed. */
    <T> T change(String namespace, Change<T> change);

    /** Looks and changes. Quick and without other effects. */
    @FunctionalInterface
    interface Change<T> {
        T on(Desk desk);
    }

    /** What is there while it is changed. */
    interface Desk {
        /** All of a kind, by name. */
        List<Item> list(String kind);

        /** One of them; null where there is none. */
        @Nullable
        Item find(String kind, String name);

        /** Puts it in the place of what was there, if something was; a {@link FullException} where there is no room. */
        Item put(String kind, String name, String text);

        /** It goes, if it is there. */
        void remove(String kind, String name);
    }

    /** A limit of the shelf is reached; its message says which. */
    final class FullException extends RuntimeException {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        /** For the client. */
        public FullException(String message) {
            super(message);
        }
    }
}
