// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.Functions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a namespace's functions has changed when, in Kubernetes' numbers: every change counts the resourceVersion on. What is served has no
 * such numbers, so each look compares it with the look before. Numbers begin with the time of the first look, so that those of an
 * earlier Weft are too old and not taken for others. Safe on any thread; a look may block.
 */
final class Ledger {
    /** Changes of a namespace that are remembered: who asks for one before these must list anew. */
    static final int CHANGES_MAX = 1000;

    /** Numbers for each millisecond. */
    private static final long SCALE = 1000;

    private final Map<String, Room> rooms = new ConcurrentHashMap<>();

    /**
     * A function and the number of its last change.
     *
     * @param since when it was first seen
     */
    record Entry(Functions.Served served, long version, Instant since) {
        String name() {
            return served.function().metadata().name();
        }
    }

    /**
     * What happened.
     *
     * @param before null where it was not there
     * @param after null where it is not any more
     */
    record Change(@Nullable Entry before, @Nullable Entry after, long version) {}

    /** Everything as it is now. */
    record Listed(List<Entry> entries, long version) {
        /** Null where there is none. */
        @Nullable
        Entry find(String name) {
            return entries.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** What there is; the first look of a namespace begins its numbers at {@code now}. */
    Listed look(String namespace, Functions functions, Instant now) {
        return rooms.computeIfAbsent(namespace, its -> new Room(namespace, now)).look(functions);
    }

    /** What has happened after {@code version}; null where that is not known any more, or not yet. */
    @Nullable
    List<Change> after(String namespace, long version, Functions functions, Instant now) {
        return rooms.computeIfAbsent(namespace, its -> new Room(namespace, now)).after(version, functions);
    }

    private static final class Room {
        private final String namespace;
        private final Map<String, Entry> known = new TreeMap<>();
        private final Deque<Change> changes = new ArrayDeque<>();
        private final Instant began;
        private long last;
        /** After this one all are remembered. */
        private long from;

        private @Nullable Object state;
        private boolean looked;

        Room(String namespace, Instant now) {
            this.namespace = namespace;
            this.began = now;
            this.last = now.toEpochMilli() * SCALE;
            this.from = last;
        }

        synchronized Listed look(Functions functions) {
            observe(functions);
            return new Listed(List.copyOf(known.values()), last);
        }

        synchronized @Nullable List<Change> after(long version, Functions functions) {
            observe(functions);
            return version < from || version > last
                    ? null
                    : changes.stream().filter(each -> each.version() > version).toList();
        }

        private void observe(Functions functions) {
            Object now = functions.state();
            if (looked && now != null && now.equals(state)) {
                return;
            }
            Map<String, Functions.Served> there = new TreeMap<>();
            functions
                    .list(namespace)
                    .forEach(each -> there.put(each.function().metadata().name(), each));
            for (Entry each : new ArrayList<>(known.values())) {
                if (!there.containsKey(each.name())) {
                    known.remove(each.name());
                    happened(each, null);
                }
            }
            there.forEach((name, served) -> {
                Entry before = known.get(name);
                if (before == null || !same(before.served(), served)) {
                    Instant since = before != null ? before.since() : looked ? served.changed() : began;
                    Entry after = new Entry(served, last + 1, since);
                    known.put(name, after);
                    happened(before, after);
                }
            });
            if (!looked) {
                changes.clear(); // nobody has seen a namespace without them
                from = last;
                looked = true;
            }
            state = now;
        }

        private void happened(@Nullable Entry before, @Nullable Entry after) {
            last++;
            changes.add(new Change(before, after, last));
            if (changes.size() > CHANGES_MAX) {
                from = changes.remove().version();
            }
        }

        private static boolean same(Functions.Served one, Functions.Served other) {
            return one.code().equals(other.code()) && one.function().equals(other.function());
        }
    }
}
