// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

/** Numbers that look random and are the same for the same key. Pure. */
public final class Draws {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Draws() {}

    /** Of a text: equal for equal texts, on every machine and in every release. */
    public static long key(String text) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return mixed(hash);
    }

    /** A number in (0, 1) for {@code key} and a {@code purpose}; those of two purposes say nothing of each other. */
    public static double unit(long key, long purpose) {
        return ((mixed(key ^ mixed(purpose)) >>> 11) + 0.5) * 0x1.0p-53;
    }

    /** The finalizer of SplitMix64: every bit of the result hangs on every bit of {@code bits}. */
    private static long mixed(long bits) {
        long z = bits + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
