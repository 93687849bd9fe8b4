// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

/** A body that is all there: delivered as one chunk, at once, as soon as its reader allows. */
final class WholeBody implements Body {
    private final byte[] bytes;
    private boolean paused;
    private boolean done;
    private Body.@org.jspecify.annotations.Nullable Sink sink;

    WholeBody(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public boolean complete() {
        return true;
    }

    @Override
    public void read(Sink reader) {
        if (sink != null) {
            throw new IllegalStateException("this body already has a reader");
        }
        sink = reader;
        deliver();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        deliver();
    }

    @Override
    public void discard() {
        done = true;
    }

    private void deliver() {
        Sink reader = sink;
        if (reader == null || paused || done) {
            return;
        }
        done = true;
        if (bytes.length > 0) {
            reader.chunk(Chunk.of(bytes));
        }
        reader.end(Headers.none());
    }
}
