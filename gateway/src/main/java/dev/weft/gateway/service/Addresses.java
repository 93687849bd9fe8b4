// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.service;

import dev.weft.api.CloudException;
import dev.weft.api.spi.Loop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of host names. A name is looked up off the event loops, and again when its addresses have become {@link
 * #FRESH_MAX} old; until that is done the known ones serve, at most until they are {@link #STALE_MAX} old. Safe on any
 * loop.
 */
public final class Addresses {
    /** Addresses this old are looked up again. The JVM's own cache may add what its {@code networkaddress.cache.ttl} says. */
    static final Duration FRESH_MAX = Duration.ofSeconds(10);

    /** Addresses this old are used no more: the name can't be looked up. */
    static final Duration STALE_MAX = Duration.ofMinutes(5);

    /** A name that could not be looked up is not tried again for this long. */
    static final Duration FAILED_FOR = Duration.ofSeconds(1);

    /** Looks names up; blocking. */
    @FunctionalInterface
    interface Lookup {
        List<InetAddress> addresses(String host) throws UnknownHostException;
    }

    private record Known(
            List<InetAddress> addresses,
            long since,
            @Nullable String failure,
            long asked) {}

    private static final class Name {
        private final AtomicBoolean asking = new AtomicBoolean();
        private volatile @Nullable Known known;
    }

    private final Map<String, Name> names = new ConcurrentHashMap<>();
    private final Lookup lookup;
    private final LongSupplier nanos;
    private final Executor threads;

    /** Of the system's resolver; names below {@code localhost} are this machine's whatever it says (RFC 6761, 6.3). */
    public Addresses() {
        this(Addresses::looked, System::nanoTime, task -> Thread.ofVirtual()
                .name("lookup")
                .start(task));
    }

    Addresses(Lookup lookup, LongSupplier nanos, Executor threads) {
        this.lookup = lookup;
        this.nanos = nanos;
        this.threads = threads;
    }

    private static List<InetAddress> looked(String host) throws UnknownHostException {
        return host.toLowerCase(Locale.ROOT).endsWith(".localhost")
                ? List.of(InetAddress.getLoopbackAddress())
                : List.of(InetAddress.getAllByName(host));
    }

    /** Gives the addresses of {@code host} on {@code loop}, at once if they are known, or says why there are none. */
    public void find(String host, Loop loop, Consumer<List<InetAddress>> found, Consumer<CloudException> failed) {
        Name name = names.computeIfAbsent(host, key -> new Name());
        long now = nanos.getAsLong();
        Known known = name.known;
        if (known != null && !known.addresses().isEmpty() && now - known.since() < STALE_MAX.toNanos()) {
            if (now - known.asked() >= FRESH_MAX.toNanos() && name.asking.compareAndSet(false, true)) {
                threads.execute(() -> {
                    ask(host, name);
                    name.asking.set(false);
                });
            }
            found.accept(known.addresses());
        } else if (known != null && known.failure() != null && now - known.asked() < FAILED_FOR.toNanos()) {
            failed.accept(unreachable(host, known.failure()));
        } else {
            threads.execute(() -> {
                Known asked = ask(host, name);
                loop.execute(() -> {
                    if (asked.failure() == null) {
                        found.accept(asked.addresses());
                    } else {
                        failed.accept(unreachable(host, asked.failure()));
                    }
                });
            });
        }
    }

    private Known ask(String host, Name name) {
        Known before = name.known;
        Known asked;
        try {
            List<InetAddress> addresses = lookup.addresses(host);
            long now = nanos.getAsLong();
            asked = new Known(addresses, now, null, now);
            name.known = asked;
        } catch (UnknownHostException unknown) {
            long now = nanos.getAsLong();
            asked = new Known(List.of(), now, "host name " + host + " has no address", now);
            name.known = before == null || before.addresses().isEmpty()
                    ? asked
                    : new Known(before.addresses(), before.since(), asked.failure(), now);
        }
        return asked;
    }

    private static CloudException unreachable(String host, @Nullable String why) {
        return new CloudException(
                CloudException.Kind.UNREACHABLE, why == null ? "no address of " + host + " answers" : why, null);
    }
}
