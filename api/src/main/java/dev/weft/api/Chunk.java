// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.nio.ByteBuffer;

/**
 * Some bytes of a body in flight. Whoever receives a chunk owns it and releases it exactly once, also on failure: the
 * bytes may live in pooled memory.
 */
public interface Chunk {
    /** Number of bytes, never negative. */
    int length();

    /** A read-only view of the bytes, valid until {@link #release()}. */
    ByteBuffer bytes();

    /** Gives the memory back. */
    void release();

    /** A chunk over {@code bytes}, which must not change afterwards; releasing it does nothing. */
    static Chunk of(byte[] bytes) {
        return new HeapChunk(bytes);
    }

    /** The simplest chunk: an array. */
    record HeapChunk(byte[] array) implements Chunk {
        @Override
        public int length() {
            return array.length;
        }

        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.wrap(array).asReadOnlyBuffer();
        }

        @Override
        public void release() {
            // an array belongs to the garbage collector
        }
    }
}
