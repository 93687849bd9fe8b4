// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.body;

import dev.weft.api.Body;

/** A body that survives being discarded as long as nobody has read from it: it can go to the next address. */
public final class KeptBody implements Body {
    private final Body source;
    private boolean read;

    /** Of {@code source}, which nobody reads yet. */
    public KeptBody(Body source) {
        this.source = source;
    }

    /** Whether it can still go elsewhere. */
    public boolean untouched() {
        return !read;
    }

    /** Nobody will read it any more. */
    public void letGo() {
        if (!read) {
            read = true;
            source.discard();
        }
    }

    @Override
    public long length() {
        return source.length();
    }

    @Override
    public boolean complete() {
        return source.complete();
    }

    @Override
    public void read(Sink sink) {
        read = true;
        source.read(sink);
    }

    @Override
    public void pause() {
        source.pause();
    }

    @Override
    public void resume() {
        source.resume();
    }

    @Override
    public void discard() {
        if (read) {
            source.discard();
        }
    }
}
