// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.LogLine;
import dev.weft.api.resource.Function;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions that this Weft serves, as façades show and change them. Blocking. */
public interface Functions {
    /** No functions, and none are taken. */
    Functions NONE = new Functions() {
        @Override
        public List<Served> list(String namespace) {
            return List.of();
        }

        @Override
        public @Nullable Served find(String namespace, String name) {
            return null;
        }

        @Override
        public String logTail(String namespace, String function, String invocation) {
            return "";
        }
    };

    /** What clients keep here besides functions. */
    default Shelf shelf() {
        return Shelf.NONE;
    }

    /** All of a namespace, by name; without versions of others. */
    List<Served> list(String namespace);

    /** One of them; null where there is none. */
    @Nullable
    Served find(String namespace, String name);

    /** Another one whenever something in what is served has changed, for who asks again and again; null where that can't be told. */
    default @Nullable Object state() {
        return null;
    }

    /** A function and all that are versions of it; empty where there is no such function. */
    default List<Served> versions(String namespace, String name) {
        Served found = find(namespace, name);
        return found == null ? List.of() : List.of(found);
    }

    /**
     * Puts a function, new or in place of the one that is there, and waits until calls reach it. One change at a time: what
     * {@code edit} sees is what it changes. A caller who is interrupted does not wait for the end of it any more.
     */
    default Changed put(String namespace, String name, Edit edit) throws InterruptedException {
        return new Changed.Refused(Changed.Reason.UNABLE, "functions are not taken from clients here");
    }

    /** Deletes one that was put, and the versions of it. */
    default Changed delete(String namespace, String name) throws InterruptedException {
        return new Changed.Refused(Changed.Reason.UNABLE, "functions are not taken from clients here");
    }

    /**
     * Keeps code that a client sends before it says of what function it is, for as long as its vendor's URLs for that are good.
     * Null where it is kept.
     *
     * @param id letters, digits, {@code -} and {@code .}, at most 64; nobody else's
     */
    default Changed.@Nullable Refused stage(String namespace, String id, byte[] zip) {
        return new Changed.Refused(Changed.Reason.UNABLE, "functions are not taken from clients here");
    }

    /** What was staged; null where it is not there, or not any more. */
    default byte @Nullable [] staged(String namespace, String id) {
        return null;
    }

    /** The zip file of one that was put, or of a version of it; null where there is none such, or it runs an image. */
    default byte @Nullable [] code(String namespace, String name) {
        return null;
    }

    /** It is needed no more. */
    default void unstage(String namespace, String id) {}

    /** What a function is to become. Pure. */
    @FunctionalInterface
    interface Edit {
        /** From what it is; null where there is none. */
        Edited of(@Nullable Draft before);
    }

    /** What an {@link Edit} wants. */
    sealed interface Edited {
        /**
         * That it becomes this.
         *
         * @param zip its code; null for the code that it has, and where it runs an image
         * @param versions functions that get the same code
         */
        record Put(Draft draft, byte @Nullable [] zip, List<Draft> versions) implements Edited {
            /** Without versions. */
            public Put(Draft draft, byte @Nullable [] zip) {
                this(draft, zip, List.of());
            }
        }

        /** That it stays as it is. */
        record Leave(FacadeAnswer answer) implements Edited {}
    }

    /** The newest lines of a function that are kept, in any order, at most so many; none of one that is not there. */
    default List<LogLine> logs(String namespace, String name, int linesMax) {
        return List.of();
    }

    /** Bytes of {@link #logTail}. */
    int TAIL_BYTES_MAX = 4096;

    /** The last lines that a function wrote while it served a call, as far as they are known by now; no more than fit. */
    String logTail(String namespace, String function, String invocation);

    /**
     * A function as it is served.
     *
     * @param changed since when it is as it is
     * @param code SHA-256 of what it was deployed from, 64 hexadecimal digits: of the zip file that was put, of the name of its image,
     *     else of its files; empty where it is not known
     * @param codeBytes of that; 0 where it is not known
     */
    record Served(Function function, Instant changed, String code, long codeBytes) {
        /** Whether a client put it, so that clients may change it and see its variables. */
        public boolean put() {
            return function.metadata().annotations().containsKey(Draft.HOME);
        }

        /** What the client that put it calls it; its name in Weft where it has no other. */
        public String shownName() {
            return Draft.shownName(function);
        }

        /** The variables of one that was put, as the client gave them; none of others. */
        public Map<String, String> env() {
            return put() ? Draft.literal(function.spec().env()) : Map.of();
        }
    }
}
