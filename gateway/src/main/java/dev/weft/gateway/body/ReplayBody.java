// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.body;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request body that can be given to one cloud after the other: what has come so far is kept, up to {@link #BYTES_MAX};
 * a longer body gets one try. On the call's loop.
 */
public final class ReplayBody {
    /** Bytes of a request kept for another try. */
    public static final int BYTES_MAX = 1 << 20;

    private final Body source;
    private final List<byte[]> kept = new ArrayList<>(2);
    private long keptBytes;
    private boolean overflowed;
    private boolean reading;
    private @Nullable Headers trailers;
    private @Nullable BodyException failure;
    private @Nullable View current;

    public ReplayBody(Body source) {
        this.source = source;
        this.overflowed = source.length() > BYTES_MAX;
    }

    /** Whether another view would be whole. */
    public boolean replayable() {
        return !overflowed && failure == null;
    }

    /** The body for the next try, which replaces the one before. */
    public Body view() {
        View view = new View();
        current = view;
        return view;
    }

    /** No try will follow. */
    public void discard() {
        current = null;
        if (trailers == null && failure == null) {
            source.discard();
        }
    }

    private final class FromSource implements Body.Sink {
        @Override
        public void chunk(Chunk chunk) {
            View view = current;
            // between two tries nobody reads: the few chunks still on their way are kept beyond the limit
            if (view != null && view.sink != null && keptBytes + chunk.length() > BYTES_MAX) {
                overflowed = true;
                view.catchUp();
                kept.clear();
            }
            if (!overflowed) {
                byte[] copy = new byte[chunk.length()];
                chunk.bytes().get(copy);
                kept.add(copy);
                keptBytes += copy.length;
            }
            if (view == null) {
                chunk.release();
            } else if (overflowed || view.upToDate()) {
                view.live(chunk);
            } else {
                chunk.release(); // it will come to the view from what is kept
            }
        }

        @Override
        public void end(Headers last) {
            trailers = last;
            View view = current;
            if (view != null) {
                view.deliver();
            }
        }

        @Override
        public void failed(BodyException cause) {
            failure = cause;
            View view = current;
            if (view != null) {
                view.deliver();
            }
        }
    }

    private final class View implements Body {
        private @Nullable Sink sink;
        private int next;
        private boolean paused;
        private boolean over;

        @Override
        public long length() {
            return source.length();
        }

        @Override
        public void read(Sink reader) {
            sink = reader;
            deliver();
            if (!over && !paused) {
                pull();
            }
        }

        private void pull() {
            if (!reading) {
                reading = true;
                source.read(new FromSource());
            } else if (trailers == null && failure == null) {
                source.resume();
            }
        }

        @Override
        public void pause() {
            paused = true;
            if (reading && trailers == null && failure == null) {
                source.pause();
            }
        }

        @Override
        public void resume() {
            paused = false;
            deliver();
            if (!over && !paused) {
                pull();
            }
        }

        @Override
        public void discard() {
            over = true;
            if (current == this && reading && trailers == null && failure == null) {
                source.pause(); // another try may want the rest
            }
        }

        /** Whether all that is kept, but for the newest piece, has been delivered. */
        boolean upToDate() {
            return sink != null && !paused && next >= kept.size() - 1;
        }

        /** Delivers what is kept although the reader pauses: it is about to be forgotten. */
        void catchUp() {
            Sink reader = sink;
            while (reader != null && !over && next < kept.size()) {
                reader.chunk(Chunk.of(kept.get(next++)));
            }
        }

        void live(Chunk chunk) {
            Sink reader = sink;
            if (over || reader == null) {
                chunk.release();
            } else {
                next = kept.size();
                reader.chunk(chunk);
            }
        }

        void deliver() {
            Sink reader = sink;
            while (reader != null && !over && !paused && next < kept.size()) {
                reader.chunk(Chunk.of(kept.get(next++)));
            }
            if (reader == null || over || paused) {
                return;
            }
            Headers last = trailers;
            BodyException cause = failure;
            if (last != null) {
                over = true;
                reader.end(last);
            } else if (cause != null) {
                over = true;
                reader.failed(cause);
            }
        }
    }
}
