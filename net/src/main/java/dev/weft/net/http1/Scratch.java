// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import io.netty.util.concurrent.FastThreadLocal;

/** An array that a loop reads and writes heads in, one at a time: what is left in it is nobody's. */
final class Scratch {
    private static final int USUAL_BYTES = 8 * 1024;

    private static final FastThreadLocal<byte[]> ARRAY = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[USUAL_BYTES];
        }
    };

    private Scratch() {}

    /** At least so many bytes; large ones are not kept. */
    static byte[] bytes(int least) {
        return least <= USUAL_BYTES ? ARRAY.get() : new byte[least];
    }
}
