// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of requests' bodies that are held at once: of all callers together, and of one address, which has proved nothing yet when
 * its body arrives. Callers of this machine are not told apart, and bounded together only. Safe for many threads.
 */
final class HeldBodies {
    private final long all;
    private final long ofOne;
    private final AtomicLong held = new AtomicLong();
    private final ConcurrentMap<String, Long> byAddress = new ConcurrentHashMap<>();

    /** At most {@code all} bytes, and {@code ofOne} of one address. */
    HeldBodies(long all, long ofOne) {
        this.all = all;
        this.ofOne = ofOne;
    }

    /** Takes room for so many more; false where there is none. What is taken is to be given back. */
    boolean take(String address, long bytes) {
        if (held.addAndGet(bytes) > all) {
            held.addAndGet(-bytes);
            return false;
        }
        if (!here(address) && byAddress.merge(address, bytes, Long::sum) > ofOne) {
            give(address, bytes);
            return false;
        }
        return true;
    }

    /** Gives it back. */
    void give(String address, long bytes) {
        held.addAndGet(-bytes);
        if (!here(address)) {
            byAddress.computeIfPresent(address, (_, its) -> its == bytes ? null : its - bytes);
        }
    }

    /** Addresses that hold something. */
    int addresses() {
        return byAddress.size();
    }

    private static boolean here(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }
}
