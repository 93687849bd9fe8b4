// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.Headers;
import dev.weft.api.Sha256;
import dev.weft.api.resource.Limit;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One limit at work: a bucket for all calls, or one a key. Only buckets that are as good as new are forgotten, so nobody
 * gets calls back by using many keys; when every kept one is in use, new keys share one bucket. Safe for use from any loop.
 */
final class Limiter {
    /** Keys told apart at once; further ones are counted together. */
    static final int KEYS_MAX = 10_000;

    /** Characters of a key kept as they are; a longer one is kept as its digest. */
    static final int KEY_LENGTH_MAX = 128;

    /** Buckets looked at to find room for one more. */
    private static final int SEARCHED_MAX = 16;

    private static final int IPV6_NETWORK_GROUPS = 4;

    private final String name;
    private final Limit.Spec limit;
    private final Bucket.Rules rules;
    private final ConcurrentHashMap<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final Bucket shared;
    private final AtomicBoolean searching = new AtomicBoolean();
    private Iterator<Bucket> search = buckets.values().iterator(); // by whom searching is true

    /** Limits as {@code limit} says; answers call it {@code name}. */
    Limiter(String name, Limit.Spec limit, long now) {
        this.name = name;
        this.limit = limit;
        this.rules = Bucket.Rules.of(limit);
        this.shared = new Bucket("", rules, now);
    }

    /** The bucket that the caller's calls are counted in. */
    Bucket bucket(Headers headers, String caller, long now) {
        Limit.Key key = limit.key();
        if (key == null) {
            return shared;
        }
        String value =
                switch (key.type()) {
                    case CALLER -> network(caller);
                    case HEADER -> field(headers, key.name());
                };
        Bucket known = buckets.get(value);
        if (known != null) {
            return known;
        }
        if (buckets.size() >= KEYS_MAX && !madeRoom(now)) {
            return shared;
        }
        return buckets.computeIfAbsent(value, missing -> new Bucket(missing, rules, now));
    }

    /** Takes a bucket that was found to be retired out, if it still stands there. */
    void forget(Bucket retired) {
        buckets.remove(retired.key(), retired);
    }

    /** Whether there is room for one more key. */
    private boolean madeRoom(long now) {
        if (!searching.compareAndSet(false, true)) {
            return false;
        }
        try {
            for (int i = 0; i < SEARCHED_MAX; i++) {
                if (!search.hasNext()) {
                    search = buckets.values().iterator();
                    if (!search.hasNext()) {
                        return true;
                    }
                }
                if (search.next().retire(now)) {
                    search.remove();
                    return true;
                }
            }
            return false;
        } finally {
            searching.set(false);
        }
    }

    private static String field(Headers headers, @Nullable String name) {
        String value = name == null ? null : headers.first(name);
        if (value == null) {
            return "";
        }
        return value.length() <= KEY_LENGTH_MAX ? value : Sha256.hex(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Who has one IPv6 address has 2^64 of them: the network counts. */
    static String network(String address) {
        int end = -1;
        for (int group = 0; group < IPV6_NETWORK_GROUPS; group++) {
            end = address.indexOf(':', end + 1);
            if (end < 0) {
                return address;
            }
        }
        return address.substring(0, end);
    }

    /** How many keys are told apart now. */
    int keys() {
        return buckets.size();
    }

    /** What the caller is told whose taking had {@code result}. */
    Refusal refusal(long result) {
        boolean full = result == Bucket.FULL;
        long seconds = full
                ? 1
                : Math.max(1, Math.ceilDiv(result, Duration.ofSeconds(1).toNanos()));
        Headers headers = Headers.builder()
                .add("retry-after", Long.toString(seconds))
                .add("ratelimit-policy", policy(full))
                .add("ratelimit", '"' + name + "\";r=0" + (full ? "" : ";t=" + seconds))
                .build();
        String whose = limit.key() == null ? "" : " of one key";
        return full
                ? new Refusal(
                        429,
                        "too-many-calls",
                        "limit " + name + ": " + rules.concurrency() + " calls" + whose + " are under way already",
                        headers)
                : new Refusal(
                        429,
                        "rate-limited",
                        "limit " + name + ": more calls" + whose + " than its rate allows",
                        headers);
    }

    private String policy(boolean full) {
        Limit.Rate rate = limit.rate();
        if (full || rate == null) {
            return '"' + name + "\";q=" + rules.concurrency() + ";qu=\"concurrent-requests\"";
        }
        return '"' + name + "\";q=" + rate.requests() + ";w=" + rate.per().toSeconds();
    }
}
