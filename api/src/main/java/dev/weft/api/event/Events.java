// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of this Weft, as who answers for it takes and shows them. Blocking; safe for use by many threads. */
public interface Events {
    /** Records in one list at most. */
    int LIST_MAX = 1_000;

    /** Keeps {@code event} for later; once it is kept it is on disk. */
    Taken take(Event event);

    /** Keeps all of them or none: then why not. Of several that were kept it names the first. */
    default Taken takeAll(List<Event> events) {
        return events.size() == 1
                ? take(events.getFirst())
                : new Taken.Refused(Taken.Why.UNAVAILABLE, "events are not taken together here");
    }

    /** What is known of it; null where there is none of that id in that namespace, or none any more. */
    @Nullable
    EventRecord find(String namespace, String id);

    /** Those that {@code filter} lets through, newest first. */
    List<EventRecord> list(Filter filter);

    /** Writes down a call that was waited for, soon; where too many are to be written, it is left out. On any thread; does not block. */
    void note(EventRecord record);

    /**
     * Which records.
     *
     * @param namespace of functions in that only; null for all
     * @param function of that name only; null for all
     * @param state in that state only; null for all
     * @param called whether only those that have been called with
     * @param since taken then or later
     * @param before taken earlier than that
     * @param skip so many of the newest
     * @param most so many at most, up to {@link #LIST_MAX}
     */
    record Filter(
            @Nullable String namespace,
            @Nullable String function,
            EventRecord.@Nullable State state,
            boolean called,
            Instant since,
            Instant before,
            int skip,
            int most) {
        /** The end of time, for filters. */
        public static final Instant EVER = Instant.ofEpochSecond(253_402_300_799L);

        /** The same of a function that is called otherwise. */
        public Filter withFunction(@Nullable String other) {
            return new Filter(namespace, other, state, called, since, before, skip, most);
        }

        /** All of a namespace. */
        public static Filter all(String namespace, int most) {
            return new Filter(namespace, null, null, false, Instant.EPOCH, EVER, 0, most);
        }
    }

    /** For who has none: nothing is taken, nothing is there. */
    Events NONE = new Events() {
        @Override
        public Taken take(Event event) {
            return new Taken.Refused(Taken.Why.UNAVAILABLE, "events are not taken here");
        }

        @Override
        public @Nullable EventRecord find(String namespace, String id) {
            return null;
        }

        @Override
        public List<EventRecord> list(Filter filter) {
            return List.of();
        }

        @Override
        public void note(EventRecord record) {}
    };
}
