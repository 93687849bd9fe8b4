// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.resource.Limit;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimiterTest {
    private static final Limit.Key HEADER = new Limit.Key(Limit.KeyType.HEADER, "x-api-key");
    private static final Limit.Key CALLER = new Limit.Key(Limit.KeyType.CALLER, null);

    private long now = 1_000_000;

    @Test
    void aBurstPassesAtOnceAndThenTheRateHolds() {
        Limiter limiter = limiter(null, new Limit.Rate(10, Duration.ofSeconds(1), 3), null);
        for (int i = 0; i < 3; i++) {
            assertThat(take(limiter, "")).isEqualTo(Bucket.TAKEN);
        }
        assertThat(take(limiter, "")).isEqualTo(Duration.ofMillis(100).toNanos());
        now += Duration.ofMillis(100).toNanos();
        assertThat(take(limiter, "")).isEqualTo(Bucket.TAKEN);
        assertThat(take(limiter, "")).isPositive();
        now += Duration.ofSeconds(5).toNanos(); // no more than the burst is saved up
        for (int i = 0; i < 3; i++) {
            assertThat(take(limiter, "")).isEqualTo(Bucket.TAKEN);
        }
        assertThat(take(limiter, "")).isPositive();
    }

    @Test
    void callsUnderWayAreCountedUntilTheyAreOver() {
        Limiter limiter = limiter(2, null, null);
        Bucket bucket = limiter.bucket(Headers.none(), "", now);
        assertThat(bucket.take(now)).isEqualTo(Bucket.TAKEN);
        assertThat(bucket.take(now)).isEqualTo(Bucket.TAKEN);
        assertThat(bucket.take(now)).isEqualTo(Bucket.FULL);
        bucket.release();
        assertThat(bucket.take(now)).isEqualTo(Bucket.TAKEN);
    }

    @Test
    void aCallRefusedElsewhereIsNotCounted() {
        Limiter limiter = limiter(1, new Limit.Rate(1, Duration.ofSeconds(1), 1), null);
        Bucket bucket = limiter.bucket(Headers.none(), "", now);
        assertThat(bucket.take(now)).isEqualTo(Bucket.TAKEN);
        bucket.giveBack();
        assertThat(bucket.take(now)).isEqualTo(Bucket.TAKEN);
    }

    @Test
    void manyAtOnceTakeNoMoreThanThereIs() throws Exception {
        Limiter limiter = limiter(1000, new Limit.Rate(500, Duration.ofHours(1), 500), null);
        Bucket bucket = limiter.bucket(Headers.none(), "", now);
        AtomicInteger taken = new AtomicInteger();
        try (var callers = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 4000; i++) {
                callers.execute(() -> taken.addAndGet(bucket.take(now) == Bucket.TAKEN ? 1 : 0));
            }
        }
        assertThat(taken).hasValue(500);
    }

    @Test
    void keysAreCountedApartAndCallsWithoutOneTogether() {
        Limiter limiter = limiter(null, new Limit.Rate(1, Duration.ofSeconds(1), 1), HEADER);
        assertThat(take(limiter, "a")).isEqualTo(Bucket.TAKEN);
        assertThat(take(limiter, "b")).isEqualTo(Bucket.TAKEN);
        assertThat(take(limiter, "a")).isPositive();
        assertThat(limiter.bucket(Headers.none(), "", now)).isSameAs(limiter.bucket(Headers.none(), "other", now));
    }

    @Test
    void aNetworkOfIpv6IsOneCaller() {
        assertThat(Limiter.network("2001:db8:1:2:3:4:5:6")).isEqualTo("2001:db8:1:2");
        assertThat(Limiter.network("192.0.2.7")).isEqualTo("192.0.2.7");
        Limiter limiter = limiter(null, new Limit.Rate(1, Duration.ofSeconds(1), 1), CALLER);
        assertThat(limiter.bucket(Headers.none(), "2001:db8:1:2:3:4:5:6", now))
                .isSameAs(limiter.bucket(Headers.none(), "2001:db8:1:2:9:9:9:9", now));
    }

    @Test
    void aLongKeyIsItsOwnAllTheSame() {
        Limiter limiter = limiter(null, new Limit.Rate(1, Duration.ofSeconds(1), 1), HEADER);
        String longer = "k".repeat(Limiter.KEY_LENGTH_MAX + 1);
        assertThat(take(limiter, longer)).isEqualTo(Bucket.TAKEN);
        assertThat(take(limiter, longer)).isPositive();
        assertThat(take(limiter, longer + "2")).isEqualTo(Bucket.TAKEN);
    }

    @Test
    void whoUsesManyKeysResetsNobodyAndGetsNoMoreThanOneMore() {
        Limiter limiter = limiter(null, new Limit.Rate(1, Duration.ofHours(1), 1), HEADER);
        assertThat(take(limiter, "victim")).isEqualTo(Bucket.TAKEN);
        int passed = 0;
        for (int i = 0; i < Limiter.KEYS_MAX * 2; i++) {
            passed += take(limiter, "attacker-" + i) == Bucket.TAKEN ? 1 : 0;
        }
        assertThat(limiter.keys()).isEqualTo(Limiter.KEYS_MAX);
        assertThat(passed).isEqualTo(Limiter.KEYS_MAX); // all but the victim's place, and one for all the others
        assertThat(take(limiter, "victim")).isPositive();
    }

    @Test
    void keysThatAreAsGoodAsNewMakeRoomForOthers() {
        Limiter limiter = limiter(null, new Limit.Rate(1, Duration.ofSeconds(1), 1), HEADER);
        for (int i = 0; i < Limiter.KEYS_MAX; i++) {
            take(limiter, "early-" + i);
        }
        now += Duration.ofSeconds(2).toNanos();
        for (int i = 0; i < 100; i++) {
            assertThat(take(limiter, "late-" + i)).isEqualTo(Bucket.TAKEN);
        }
        assertThat(limiter.keys()).isEqualTo(Limiter.KEYS_MAX);
    }

    @Test
    void aBucketThatACallHoldsIsNotForgotten() {
        Bucket bucket = limiter(2, null, null).bucket(Headers.none(), "", now);
        bucket.take(now);
        assertThat(bucket.retire(now)).isFalse();
        bucket.release();
        assertThat(bucket.retire(now)).isTrue();
        assertThat(bucket.take(now)).isEqualTo(Bucket.RETIRED);
    }

    @Test
    void theCallerIsToldWhenAndWhatInTheDraftsFields() {
        Limiter limiter = limiter(5, new Limit.Rate(100, Duration.ofMinutes(1), 20), null);
        Refusal late = limiter.refusal(Duration.ofMillis(1200).toNanos());
        assertThat(late.status()).isEqualTo(429);
        assertThat(late.headers().first("retry-after")).isEqualTo("2");
        assertThat(late.headers().first("ratelimit-policy")).isEqualTo("\"shop\";q=100;w=60");
        assertThat(late.headers().first("ratelimit")).isEqualTo("\"shop\";r=0;t=2");
        Refusal full = limiter.refusal(Bucket.FULL);
        assertThat(full.word()).isEqualTo("too-many-calls");
        assertThat(full.headers().first("ratelimit-policy")).isEqualTo("\"shop\";q=5;qu=\"concurrent-requests\"");
    }

    private long take(Limiter limiter, String key) {
        Bucket bucket = limiter.bucket(Headers.of("x-api-key", key), "", now);
        long result = bucket.take(now);
        if (result == Bucket.TAKEN) {
            bucket.release();
        }
        return result;
    }

    private Limiter limiter(@Nullable Integer concurrency, Limit.@Nullable Rate rate, Limit.@Nullable Key key) {
        return new Limiter("shop", new Limit.Spec(concurrency, rate, key), now);
    }
}
