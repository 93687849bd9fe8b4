// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.gateway.Journal.CallEvent;
import dev.weft.gateway.Journal.Ending;
import dev.weft.gateway.Journal.Require;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonJournalTest {
    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void eachCallIsOneLineOfJsonAndOneOnTheScreen() throws IOException {
        List<String> screen = Collections.synchronizedList(new ArrayList<>());
        try (JsonJournal journal = JsonJournal.open(folder, event -> screen.add(event.invocation()), meters)) {
            journal.record(event("a"));
            journal.record(event("b"));
        }

        List<String> lines = Files.readAllLines(folder.resolve("calls.jsonl"));
        assertThat(lines).hasSize(2);
        JsonNode first = JsonMapper.shared().readTree(lines.getFirst());
        assertThat(first.path("invocation").asString()).isEqualTo("a");
        assertThat(first.path("outcome").asString()).isEqualTo("answered");
        assertThat(first.path("tookMicros").asLong()).isEqualTo(1500);
        assertThat(first.has("reason")).isFalse();
        assertThat(screen).containsExactly("a", "b");
    }

    @Test
    void aFullFileMakesRoomForANewOneAndOnlyTwoAreKept() throws IOException {
        long one = JsonJournal.json(event("0")).length();
        try (JsonJournal journal = JsonJournal.open(folder, 2 * one, event -> {}, meters)) {
            for (int i = 0; i < 7; i++) {
                journal.record(event(Integer.toString(i)));
            }
        }

        assertThat(Files.readAllLines(folder.resolve("calls.1.jsonl"))).hasSize(2);
        assertThat(Files.readAllLines(folder.resolve("calls.jsonl")))
                .singleElement()
                .asString()
                .contains("\"6\"");
        assertThat(folder).isDirectoryNotContaining(file -> file.endsWith("calls.2.jsonl"));
    }

    @Test
    void callsBeyondTheQueueAreDroppedAndCounted() {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        JsonJournal journal = JsonJournal.open(
                folder,
                event -> {
                    inside.countDown();
                    waitFor(stuck);
                },
                meters);
        journal.record(event("first"));
        waitFor(inside);
        for (int i = 0; i < JsonJournal.EVENTS_WAITING_MAX + 3; i++) {
            journal.record(event("x"));
        }
        stuck.countDown();
        journal.close();

        assertThat(meters.counter("weft.journal.dropped").count()).isEqualTo(3);
    }

    @Test
    void whichCloudsWereAllowedAndWhyOthersWereNotIsOnTheLine() {
        CallEvent plain = event("1");
        Map<String, String> leftOut = Map.of("west", "has zone: \"us\", not zone: eu");
        assertThat(JsonJournal.json(required(plain, new Require(List.of("east", "north"), leftOut))))
                .endsWith(",\"require\":{\"allowed\":[\"east\",\"north\"],\"leftOut\":"
                        + "{\"west\":\"has zone: \\\"us\\\", not zone: eu\"}}}\n");
        assertThat(JsonJournal.json(required(plain, new Require(List.of(), Map.of()))))
                .endsWith(",\"require\":{\"allowed\":[],\"leftOut\":{}}}\n");
        assertThat(JsonJournal.json(plain)).doesNotContain("require");
    }

    private static CallEvent required(CallEvent event, Require require) {
        return new CallEvent(
                event.time(),
                event.invocation(),
                event.trace(),
                event.function(),
                event.cloud(),
                event.method(),
                event.path(),
                event.status(),
                event.ending(),
                event.attempts(),
                event.reason(),
                event.bytes(),
                event.took(),
                require);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static CallEvent event(String id) {
        return new CallEvent(
                Instant.EPOCH,
                id,
                "trace",
                "greet",
                "east",
                "GET",
                "/greet",
                200,
                Ending.ANSWERED,
                1,
                null,
                12,
                Duration.ofNanos(1_500_000),
                null);
    }
}
