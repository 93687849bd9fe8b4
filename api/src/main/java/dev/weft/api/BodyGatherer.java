// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.util.Arrays;
import java.util.function.Consumer;

/** Reads a whole body into memory, up to a limit that the caller names. */
public final class BodyGatherer implements Body.Sink {
    private static final int FIRST_BYTES = 1024;

    private final Body body;
    private final long bytesMax;
    private final Consumer<byte[]> whole;
    private final Consumer<BodyException> failed;
    private byte[] bytes;
    private int size;
    private boolean over;

    private BodyGatherer(Body body, long bytesMax, Consumer<byte[]> whole, Consumer<BodyException> failed) {
        this.body = body;
        this.bytesMax = bytesMax;
        this.whole = whole;
        this.failed = failed;
        this.bytes = new byte[(int) Math.clamp(body.length(), 0, Math.min(bytesMax, 1 << 20))];
    }

    /**
     * Reads {@code body} on its loop and calls exactly one of the two. A body that declares or sends more than
     * {@code bytesMax} (at most 2 GiB) is discarded and fails as {@link BodyException.Reason#TOO_LARGE}.
     */
    public static void gather(Body body, long bytesMax, Consumer<byte[]> whole, Consumer<BodyException> failed) {
        if (body.length() > bytesMax) {
            body.discard();
            failed.accept(tooLarge(bytesMax));
            return;
        }
        body.read(new BodyGatherer(body, bytesMax, whole, failed));
    }

    @Override
    public void chunk(Chunk chunk) {
        int length = chunk.length();
        if (over) {
            chunk.release();
        } else if ((long) size + length > bytesMax) {
            over = true;
            chunk.release();
            body.discard();
            failed.accept(tooLarge(bytesMax));
        } else {
            if (size + length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.max(FIRST_BYTES, bytes.length * 2)));
            }
            chunk.bytes().get(bytes, size, length);
            size += length;
            chunk.release();
        }
    }

    @Override
    public void end(Headers trailers) {
        if (!over) {
            over = true;
            whole.accept(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
        }
    }

    @Override
    public void failed(BodyException cause) {
        if (!over) {
            over = true;
            failed.accept(cause);
        }
    }

    private static BodyException tooLarge(long bytesMax) {
        return new BodyException(
                BodyException.Reason.TOO_LARGE, "the body is larger than " + bytesMax + " bytes", null);
    }
}
