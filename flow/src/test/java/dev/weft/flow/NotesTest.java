// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NotesTest {
    private static EventRecord record() {
        return new EventRecord(
                Event.newId(),
                "default",
                "f",
                "openwhisk",
                "K",
                EventRecord.State.CALLED,
                Instant.EPOCH,
                Instant.EPOCH,
                1,
                0,
                2,
                "",
                null);
    }

    @Test
    void whatCanNotWaitIsLeftOutAndWhatWaitsIsWrittenBeforeItCloses() throws Exception {
        CountDownLatch writes = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        List<EventRecord> written = new CopyOnWriteArrayList<>();
        Notes notes = new Notes(
                together -> {
                    writes.countDown();
                    try {
                        go.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    written.addAll(together);
                },
                2);
        notes.add(record());
        assertThat(writes.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 5; i++) {
            notes.add(record());
        }
        go.countDown();
        notes.close();
        assertThat(written).hasSize(3);
    }

    @Test
    void aStoreThatCanNotBeWrittenEndsNothing() throws Exception {
        CountDownLatch second = new CountDownLatch(2);
        try (Notes notes = new Notes(
                together -> {
                    second.countDown();
                    throw new IllegalStateException("full, as it should be in this test");
                },
                2)) {
            notes.add(record());
            while (second.getCount() == 2) {
                Thread.onSpinWait();
            }
            notes.add(record());
            assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
