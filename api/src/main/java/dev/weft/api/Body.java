// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

/**
 * The bytes of a call or of its answer, arriving in chunks on one event loop. A body has exactly one reader; until
 * {@link #read} is called nothing is delivered and the sender is held back. Every method is called on the body's loop.
 */
public interface Body {
    /** The length is not known before the end. */
    long LENGTH_UNKNOWN = -1;

    /** Number of bytes if the sender declared it, else {@link #LENGTH_UNKNOWN}. */
    long length();

    /** Whether every byte is in memory already, so that its sender need not be kept for it. */
    default boolean complete() {
        return false;
    }

    /** Starts delivery. May deliver before it returns. Called at most once, and never after {@link #discard()}. */
    void read(Sink sink);

    /** Asks the sender to hold back; a few chunks already on their way may still arrive. */
    void pause();

    /** Undoes {@link #pause()}. */
    void resume();

    /**
     * The reader has lost interest: what still comes is dropped and the sink hears nothing more. A body that nobody
     * will read must be discarded, or its connection stays held.
     */
    void discard();

    /** Takes the chunks; ends with exactly one of {@link #end} and {@link #failed}. */
    interface Sink {
        /** The next bytes; the sink owns them now. */
        void chunk(Chunk chunk);

        /**
         * All bytes have come.
         *
         * @param trailers fields that followed the body, mostly none
         */
        void end(Headers trailers);

        /** The sender broke off: what came so far is not the whole body. */
        void failed(BodyException cause);
    }

    /** A body without bytes. */
    static Body empty() {
        return of(new byte[0]);
    }

    /** A body that is all there already. {@code bytes} must not change afterwards. */
    static Body of(byte[] bytes) {
        return new WholeBody(bytes);
    }
}
