// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spi.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Timers: round delays go into lanes. */
class LoopsTest {
    private static final Duration DELAY = Duration.ofMillis(100);

    private final Loops loops = Loops.start(1);
    private final Loop loop = loops.next();
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        loops.close();
    }

    @Test
    void theyEndInOrderAndWithoutThoseThatWereCancelled() throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        long began = System.nanoTime();
        loop.execute(() -> {
            Loop.Timer first = loop.after(DELAY, () -> ran.add("first"));
            loop.after(DELAY, () -> ran.add("second"));
            Loop.Timer third = loop.after(DELAY, () -> ran.add("third"));
            loop.after(DELAY, () -> {
                ran.add("fourth");
                throw new IllegalStateException("of this test");
            });
            loop.after(DELAY, () -> {
                ran.add("fifth");
                loop.after(DELAY, () -> over.complete(null));
            });
            first.cancel();
            third.cancel();
            third.cancel();
        });
        over.get(10, TimeUnit.SECONDS);
        assertThat(ran).containsExactly("second", "fourth", "fifth");
        assertThat(System.nanoTime() - began)
                .isGreaterThanOrEqualTo(DELAY.multipliedBy(2).toNanos());
    }

    @Test
    void oneMayBeCancelledFromElsewhere() throws Exception {
        CompletableFuture<Loop.Timer> set = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        loop.execute(() -> {
            set.complete(loop.after(Duration.ofSeconds(2), () -> ran.add("cancelled")));
            loop.after(Duration.ofSeconds(2), () -> over.complete(null));
        });
        set.get(10, TimeUnit.SECONDS).cancel();
        over.get(10, TimeUnit.SECONDS);
        assertThat(ran).isEmpty();
    }

    @Test
    void delaysBeyondTheLanesRunToo() throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        loop.execute(() -> {
            for (int i = 0; i < Loops.NettyLoop.LANES_MAX; i++) {
                loop.after(Duration.ofHours(1 + i), () -> ran.add("never"));
            }
            loop.after(DELAY, () -> over.complete(null));
        });
        over.get(10, TimeUnit.SECONDS);
        assertThat(ran).isEmpty();
    }
}
