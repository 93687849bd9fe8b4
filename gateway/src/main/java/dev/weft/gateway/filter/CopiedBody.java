// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.Headers;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A body that is copied while it passes, up to a limit; its reader sees nothing of it. On its loop. */
public final class CopiedBody implements Body {
    private final Body source;
    private final int bytesMax;
    private final Consumer<byte @Nullable []> copied;
    private final Runnable gone;
    private @Nullable ByteArrayOutputStream copy = new ByteArrayOutputStream();

    /** {@code copied} gets the whole, once it has passed; null if it was longer than {@code bytesMax}. */
    public CopiedBody(Body source, int bytesMax, Consumer<byte @Nullable []> copied) {
        this(source, bytesMax, copied, () -> {});
    }

    /** The same; {@code gone} is run instead where nobody reads it to its end. */
    public CopiedBody(Body source, int bytesMax, Consumer<byte @Nullable []> copied, Runnable gone) {
        this.gone = gone;
        this.source = source;
        this.bytesMax = bytesMax;
        this.copied = copied;
    }

    @Override
    public long length() {
        return source.length();
    }

    @Override
    public void read(Sink sink) {
        source.read(new Sink() {
            @Override
            public void chunk(Chunk chunk) {
                keep(chunk);
                sink.chunk(chunk);
            }

            @Override
            public void end(Headers trailers) {
                ByteArrayOutputStream whole = copy;
                copy = null;
                sink.end(trailers);
                if (whole != null) {
                    copied.accept(whole.toByteArray());
                }
            }

            @Override
            public void failed(BodyException cause) {
                forget();
                sink.failed(cause);
            }
        });
    }

    private void forget() {
        if (copy != null) {
            copy = null;
            gone.run();
        }
    }

    private void keep(Chunk chunk) {
        ByteArrayOutputStream sofar = copy;
        if (sofar == null) {
            return;
        }
        if (sofar.size() + chunk.length() > bytesMax) {
            copy = null;
            copied.accept(null);
            return;
        }
        byte[] bytes = new byte[chunk.length()];
        chunk.bytes().get(bytes);
        sofar.writeBytes(bytes);
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
        forget();
        source.discard();
    }
}
