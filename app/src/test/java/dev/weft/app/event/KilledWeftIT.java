// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events;
import dev.weft.app.WeftInTest;
import dev.weft.app.WeftProgram;
import dev.weft.app.home.Home;
import dev.weft.store.Store;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A real {@code weft up} is killed at random moments while events come in: what was acknowledged is delivered all the same. */
@Tag("system")
@Timeout(300)
class KilledWeftIT {
    private static final int KILLS = 20;
    private static final int SENDERS = 4;

    /** That are acknowledged between two kills, at most: a Weft is killed after none, or any number of them. */
    private static final int EVENTS_MAX = 150;

    private static final long SEED = 20_261_130;
    private static final long WAIT_SECONDS_MAX = 60;

    @TempDir
    private Path folder;

    private final Random random = new Random(SEED);
    private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile HttpRequest.Builder door = HttpRequest.newBuilder();
    private volatile boolean open;
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        over.set(true);
        for (Process each : started) {
            each.destroy();
            assertThat(each.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void noAcknowledgedEventIsLost() throws Exception {
        documents();
        List<Thread> senders = new ArrayList<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < SENDERS; i++) {
                senders.add(Thread.ofVirtual().start(() -> send(client)));
            }
            for (int i = 0; i < KILLS; i++) {
                Process weft = start();
                int until = acknowledged.size() + random.nextInt(EVENTS_MAX);
                WeftInTest.await(Duration.ofSeconds(WAIT_SECONDS_MAX), () -> acknowledged.size() >= until);
                open = false;
                weft.destroyForcibly();
                assertThat(weft.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
            }
            over.set(true);
            for (Thread each : senders) {
                each.join();
            }
        }
        assertThat(acknowledged).hasSizeGreaterThan(KILLS * EVENTS_MAX / 4);
        Process last = start();

        Map<String, EventRecord> records = delivered();
        int again = 0;
        for (Map.Entry<String, Integer> each : acknowledged.entrySet()) {
            EventRecord record = Objects.requireNonNull(records.get(each.getKey()));
            EventRecord.Last answer = Objects.requireNonNull(record.last());
            assertThat(new String(answer.result(), StandardCharsets.UTF_8)).isEqualTo("got " + each.getValue());
            again += record.attempts() - 1;
        }
        System.out.println(KILLS + " kills, " + acknowledged.size() + " events acknowledged, 0 lost, " + again
                + " called with more than once");
        assertThat(again).isLessThanOrEqualTo(KILLS * 16);
        assertThat(last.isAlive()).isTrue();
    }

    private void send(HttpClient client) {
        while (!over.get()) {
            int number = numbers.incrementAndGet();
            try {
                if (open) {
                    HttpResponse<String> answer = client.send(
                            door.copy()
                                    .POST(HttpRequest.BodyPublishers.ofString(Integer.toString(number)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() == 202) {
                        acknowledged.put(
                                JsonMapper.shared()
                                        .readTree(answer.body())
                                        .path("id")
                                        .asString(),
                                number);
                    }
                } else {
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            } catch (IOException killed) {
                // it was not acknowledged
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** All that were delivered, once those that were acknowledged are. */
    private Map<String, EventRecord> delivered() throws Exception {
        Map<String, EventRecord> records = new HashMap<>();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        try (Store store = Store.embedded(folder.resolve("home/weft.db"))) {
            while (!records.keySet().containsAll(acknowledged.keySet())) {
                assertThat(System.nanoTime())
                        .as(() -> acknowledged.size() + " acknowledged, " + records.size() + " delivered; "
                                + store.events().loads())
                        .isLessThan(until);
                TimeUnit.MILLISECONDS.sleep(50);
                if (store.events().loads().isEmpty()) {
                    List<EventRecord> page;
                    int skip = 0;
                    do {
                        page = store.eventRecords()
                                .list(new Events.Filter(
                                        "default",
                                        null,
                                        EventRecord.State.DELIVERED,
                                        true,
                                        java.time.Instant.EPOCH,
                                        Events.Filter.EVER,
                                        skip,
                                        Events.LIST_MAX));
                        page.forEach(each -> records.put(each.id(), each));
                        skip += page.size();
                    } while (!page.isEmpty());
                }
            }
        }
        return records;
    }

    private Process start() throws Exception {
        List<String> command = WeftProgram.command();
        command.addAll(List.of(
                "up",
                folder.toString(),
                "--port",
                Integer.toString(free()),
                "--admin-port",
                Integer.toString(free()),
                "--no-watch",
                "--quiet",
                "--spare-memory",
                "0"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("weft.log").toFile()));
        builder.environment().put("WEFT_HOME", folder.resolve("home").toString());
        Process weft = builder.start();
        started.add(weft);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        Home home = new Home(folder.resolve("home"));
        while (!open) {
            assertThat(System.nanoTime())
                    .as(Files.readString(folder.resolve("weft.log")))
                    .isLessThan(until);
            List<Home.Found> found = home.running().stream()
                    .filter(each -> each.pid() == weft.pid())
                    .toList();
            if (found.isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(10);
            } else {
                door = HttpRequest.newBuilder(
                                URI.create(found.getFirst().url() + "/weft/v1/functions/count/invoke?async=true"))
                        .timeout(Duration.ofSeconds(5))
                        .header("authorization", "Bearer " + found.getFirst().token());
                open = true;
            }
        }
        return weft;
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void documents() throws IOException {
        Files.createDirectories(folder.resolve("count"));
        Files.writeString(folder.resolve("count/server.mjs"), """
                import http from 'node:http';
                http.createServer((asked, answer) => {
                  let body = '';
                  asked.on('data', (part) => body += part);
                  asked.on('end', () => setTimeout(() => answer.end('got ' + body), 5));
                }).listen(process.env.PORT, '127.0.0.1');
                """);
        Files.writeString(folder.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: here}
                spec: {type: local}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: count}
                spec:
                  contract: http
                  code: {path: count}
                  command: [node, server.mjs]
                  placement: {clouds: [{name: here}]}
                """);
    }
}
