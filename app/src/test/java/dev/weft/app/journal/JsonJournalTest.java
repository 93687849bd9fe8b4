// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CallContext;
import dev.weft.api.Trace;
import dev.weft.app.telemetry.Share;
import dev.weft.gateway.Journal.Attempt;
import dev.weft.gateway.Journal.CallEvent;
import dev.weft.gateway.Journal.Ending;
import dev.weft.gateway.Journal.Require;
import dev.weft.gateway.Journal.Trail;
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
    private static final Trail TRAIL = new Trail(
            CallContext.Caller.WEFT,
            new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, null, "00f067aa0ba902b7"),
            true,
            List.of(
                    new Attempt("west", "b7ad6b7169203332", 0, 40_000, "busy"),
                    new Attempt("east", "b7ad6b7169203333", 50_000, 1_450_000, null)));

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void eachCallIsOneLineOfJsonAndOneOnTheScreen() throws IOException {
        List<String> screen = Collections.synchronizedList(new ArrayList<>());
        try (JsonJournal journal =
                JsonJournal.open(folder, Share.ALL, event -> screen.add(event.invocation()), meters)) {
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
        long one = CallLine.json(event("0")).length();
        try (JsonJournal journal = JsonJournal.open(folder, 2 * one, Share.ALL, null, meters)) {
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
                Share.ALL,
                event -> {
                    inside.countDown();
                    waitFor(stuck);
                },
                meters);
        journal.record(event("first"));
        waitFor(inside);
        int fit = WaitingLines.BYTES_MAX / CallLine.json(event("x")).length();
        for (int i = 0; i < fit + 3; i++) {
            journal.record(event("x"));
        }
        stuck.countDown();
        journal.close();

        assertThat(meters.counter("weft.journal.dropped").count()).isEqualTo(3);
        assertThat(meters.counter("weft.journal.unseen").count()).isZero();
    }

    @Test
    void callsTooManyForTheScreenAreCountedAndInTheFile() throws IOException {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        try (JsonJournal journal = JsonJournal.open(
                folder,
                Share.ALL,
                event -> {
                    inside.countDown();
                    waitFor(stuck);
                },
                meters)) {
            journal.record(event("first"));
            waitFor(inside);
            // from several threads: what waits of one for the disk has a limit of its own, which comes first
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    for (int k = 0; k < JsonJournal.SHOWN_WAITING_MAX / 4 + 1; k++) {
                        journal.record(event("x"));
                    }
                }));
            }
            callers.forEach(JsonJournalTest::join);
            stuck.countDown();
        }

        assertThat(meters.counter("weft.journal.unseen").count()).isEqualTo(4);
        assertThat(meters.counter("weft.journal.dropped").count()).isZero();
        assertThat(Files.readAllLines(folder.resolve("calls.jsonl"))).hasSize(JsonJournal.SHOWN_WAITING_MAX + 5);
    }

    private static void join(Thread caller) {
        try {
            caller.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aLineHasTheSpanAndEachCloudTried() {
        JsonNode line = JsonMapper.shared().readTree(CallLine.json(event("a")));

        assertThat(line.path("span").asString()).isEqualTo("b7ad6b7169203331");
        assertThat(line.path("parent").asString()).isEqualTo("00f067aa0ba902b7");
        assertThat(line.path("tried")).isEqualTo(JsonMapper.shared().readTree("""
                [{"cloud": "west", "kind": "busy", "span": "b7ad6b7169203332", "ms": 0.040},
                 {"cloud": "east", "kind": "answered", "span": "b7ad6b7169203333", "ms": 1.450}]
                """));
    }

    @Test
    void aShareLeavesOutOnlyOrdinaryCallsAndCountsThem() throws IOException {
        try (JsonJournal journal = JsonJournal.open(folder, Share.parse("share", "0"), null, meters)) {
            journal.record(event("ordinary", 200, Ending.ANSWERED, Duration.ofMillis(999)));
            journal.record(event("slow", 200, Ending.ANSWERED, JsonJournal.SLOW));
            journal.record(event("error", 500, Ending.ANSWERED, Duration.ofMillis(1)));
            journal.record(event("refused", 404, Ending.REFUSED, Duration.ofMillis(1)));
        }

        assertThat(Files.readString(folder.resolve("calls.jsonl")))
                .contains("slow", "error", "refused")
                .doesNotContain("ordinary");
        assertThat(meters.counter("weft.journal.left_out").count()).isEqualTo(1);
    }

    @Test
    void whichCloudsWereAllowedAndWhyOthersWereNotIsOnTheLine() {
        CallEvent plain = event("1");
        Map<String, String> leftOut = Map.of("west", "has zone: \"us\", not zone: eu");
        assertThat(CallLine.json(required(plain, new Require(List.of("east", "north"), leftOut))))
                .endsWith(",\"require\":{\"allowed\":[\"east\",\"north\"],\"leftOut\":"
                        + "{\"west\":\"has zone: \\\"us\\\", not zone: eu\"}}}\n");
        assertThat(CallLine.json(required(plain, new Require(List.of(), Map.of()))))
                .endsWith(",\"require\":{\"allowed\":[],\"leftOut\":{}}}\n");
        assertThat(CallLine.json(plain)).doesNotContain("require").endsWith(",\"cost\":0.000000200000}\n");
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
                event.trail(),
                require,
                event.dollars());
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static CallEvent event(String id) {
        return event(id, 200, Ending.ANSWERED, Duration.ofNanos(1_500_000));
    }

    private static CallEvent event(String id, int status, Ending ending, Duration took) {
        return new CallEvent(
                Instant.EPOCH,
                id,
                TRAIL.trace().traceId(),
                "greet",
                "east",
                "GET",
                "/greet",
                status,
                ending,
                1,
                null,
                12,
                took,
                TRAIL,
                null,
                0.0000002);
    }
}
