// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import static dev.weft.app.WeftInTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.store.AuditLog;
import dev.weft.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTrailTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Keys NO_KEYS = id -> null;

    @TempDir
    Path folder;

    private static Audit.Entry entry(int number) {
        return new Audit.Entry(
                Instant.now(), "aws", "Invoke", "f" + number, "WEFT", false, "10.0.0.1", Audit.Outcome.REFUSED, "no");
    }

    private static List<String> on(List<AuditLog.Line> lines) {
        return lines.stream().map(each -> each.entry().on()).toList();
    }

    @Test
    void closingWritesWhatWaitsInItsOrderWithTheKeysName() throws Exception {
        Key key = new Key("WEFT", "secret", "ci", Key.Role.INVOKE, "default");
        try (Store store = Store.embedded(folder.resolve("weft.db"))) {
            try (AuditTrail trail = new AuditTrail(store.audit(), id -> id.equals("WEFT") ? key : null)) {
                IntStream.range(0, 1000).forEach(each -> trail.tell(entry(each)));
            }
            List<AuditLog.Line> lines = store.audit().newest(2000, Instant.EPOCH);
            assertThat(on(lines))
                    .containsExactlyElementsOf(IntStream.range(0, 1000)
                            .mapToObj(each -> "f" + each)
                            .toList());
            assertThat(lines).extracting(AuditLog.Line::keyName).containsOnly("ci");
        }
    }

    @Test
    void anEntryIsWrittenSoonWithoutClosing() throws Exception {
        try (Store store = Store.embedded(folder.resolve("weft.db"));
                AuditTrail trail = new AuditTrail(store.audit(), NO_KEYS)) {
            trail.tell(entry(1));
            await(SOON, () -> store.audit().newest(10, Instant.EPOCH).size() == 1);
        }
    }

    @Test
    void whenTheQueueIsFullTellersDoNotWaitAndOneLineSaysHowManyWereLeftOut() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        List<AuditLog.Line> written = new CopyOnWriteArrayList<>();
        Consumer<List<AuditLog.Line>> slow = lines -> {
            begun.countDown();
            try {
                stuck.await();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            sizes.add(lines.size());
            written.addAll(lines);
        };
        try (LoggedInTest log = new LoggedInTest()) {
            try (AuditTrail trail = new AuditTrail(slow, NO_KEYS)) {
                trail.tell(entry(-1));
                begun.await();
                long began = System.nanoTime();
                IntStream.range(0, AuditTrail.WAITING_MAX + 77).forEach(each -> trail.tell(entry(each)));
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
                stuck.countDown();
            }
            List<String> all = on(written);
            assertThat(all).hasSize(1 + AuditTrail.WAITING_MAX + 1).contains("f0", "f4095");
            assertThat(all).doesNotContain("f4096");
            assertThat(sizes).allMatch(each -> each <= AuditTrail.TOGETHER_MAX + 1);
            assertThat(written)
                    .filteredOn(each -> each.entry().action().equals(AuditTrail.LEFT_OUT))
                    .singleElement()
                    .satisfies(each -> assertThat(each.entry().why()).startsWith("77 entries were left out here"));
            assertThat(log.lines()).singleElement().asString().contains("77 entries");
        }
    }

    @Test
    void whileTheStoreCantBeWrittenEntriesWait() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        List<AuditLog.Line> written = new CopyOnWriteArrayList<>();
        Consumer<List<AuditLog.Line>> failing = lines -> {
            if (tries.incrementAndGet() < 3) {
                throw new IllegalStateException("no store today");
            }
            written.addAll(lines);
        };
        try (LoggedInTest log = new LoggedInTest();
                AuditTrail trail = new AuditTrail(failing, NO_KEYS)) {
            trail.tell(entry(1));
            trail.tell(entry(2));
            await(SOON, () -> written.size() == 2);
            assertThat(on(new ArrayList<>(written))).containsExactly("f1", "f2");
            assertThat(log.lines()).singleElement().asString().contains("no store today");
        }
    }

    @Test
    void closingDoesNotWaitForAStoreThatNeverComesAndSaysWhatWasLost() throws Exception {
        Consumer<List<AuditLog.Line>> broken = lines -> {
            throw new IllegalStateException("no store today");
        };
        try (LoggedInTest log = new LoggedInTest()) {
            AuditTrail trail = new AuditTrail(broken, NO_KEYS);
            IntStream.range(0, 10).forEach(each -> trail.tell(entry(each)));
            long began = System.nanoTime();
            trail.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AuditTrail.CLOSE_MAX.multipliedBy(2));
            assertThat(log.lines().getLast()).contains("10 entries were left out at the end");
            trail.tell(entry(11)); // too late, and nobody breaks by it
        }
    }
}
