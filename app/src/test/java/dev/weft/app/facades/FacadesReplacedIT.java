// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.WeftCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One Weft takes another's façades: two real processes, clients that never stop calling, and one that changes a function. */
@Timeout(120)
class FacadesReplacedIT {
    private static final long WAIT_SECONDS_MAX = 30;
    private static final int CALLERS = 3;

    @TempDir
    private Path scratch;

    private final List<WeftCommand.Running> started = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicReference<Throwable> failed = new AtomicReference<>();
    private final Map<String, Integer> words = new ConcurrentHashMap<>();
    private Key key;

    @AfterEach
    void stop() throws Exception {
        over.set(true);
        for (WeftCommand.Running each : started) {
            each.process().destroy();
            assertThat(each.process().waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void noCallOfAFacadeFailsAndNoChangeIsLost() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "sockets are handed over on Linux only");
        Path app = Files.createDirectories(scratch.resolve("app"));
        WeftCommand weft = new WeftCommand(scratch.resolve("own"), Map.of());
        key = KeysInTest.create(scratch.resolve("own/weft"), "ci", Key.Role.DEPLOY, "default");
        int fn = Ports.free();
        int openwhisk = Ports.free();
        String facades = FnCalls.facade("fn", ", port: " + fn) + FnCalls.facade("openwhisk", ", port: " + openwhisk);
        String[] up = {
            "up", app.toString(), "--port", "0", "--admin-port", "0", "--spare-memory", "0", "--no-watch", "--replace"
        };
        Files.writeString(app.resolve("weft.yaml"), FnCalls.documents(app, "one") + facades);
        started.add(weft.start(Map.of(), up)); // nobody to replace: a plain start
        started.getFirst().says("ready in");

        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            clients.add(client(http -> {
                String said = FnCalls.call(http, "http://localhost:" + fn, key);
                assertThat(said).isIn("200 one", "200 two");
                words.merge(said, 1, Integer::sum);
                calls.incrementAndGet();
            }));
        }
        clients.add(client(http -> {
            int next = changes.get() + 1;
            assertThat(put(http, openwhisk, next)).isEqualTo(200);
            changes.set(next);
        }));
        await(() -> changes.get() >= 2 && calls.get() > 20);

        Files.writeString(app.resolve("weft.yaml"), FnCalls.documents(app, "two") + facades);
        started.add(weft.start(Map.of(), up));
        started.getLast().says("ready in");
        assertThat(started.getFirst().process().waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS))
                .isTrue();
        int before = changes.get();
        await(() -> words.getOrDefault("200 two", 0) > 20 && changes.get() > before + 1);
        over.set(true);
        for (Thread each : clients) {
            each.join();
        }

        assertThat(failed.get())
                .as("after %s calls, %s changes", calls, changes)
                .isNull();
        assertThat(words.get("200 one")).isPositive();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(invoke(http, openwhisk)).contains("\"n\":" + changes.get());
        }
        assertThat(started.getLast().process().isAlive()).isTrue();
    }

    private interface Step {
        void run(HttpClient http) throws IOException, InterruptedException;
    }

    private Thread client(Step step) {
        return Thread.ofVirtual().start(() -> {
            try (HttpClient http = HttpClient.newHttpClient()) {
                while (!over.get() && failed.get() == null) {
                    step.run(http);
                }
            } catch (IOException | InterruptedException | AssertionError broken) {
                failed.compareAndSet(null, broken);
            }
        });
    }

    private int put(HttpClient http, int port, int number) throws IOException, InterruptedException {
        String code = "exports.main = () => ({n: " + number + "});";
        String body = "{\"exec\": {\"kind\": \"nodejs:20\", \"code\": \"" + code + "\"}}";
        return send(http, action(port, "?overwrite=true").PUT(HttpRequest.BodyPublishers.ofString(body)))
                .statusCode();
    }

    private String invoke(HttpClient http, int port) throws IOException, InterruptedException {
        return send(http, action(port, "?blocking=true&result=true").POST(HttpRequest.BodyPublishers.ofString("{}")))
                .body();
    }

    private HttpRequest.Builder action(int port, String query) {
        String proof =
                Base64.getEncoder().encodeToString((key.id() + ':' + key.secret()).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(
                        URI.create("http://localhost:" + port + "/api/v1/namespaces/_/actions/changing" + query))
                .header("Authorization", "Basic " + proof)
                .header("Content-Type", "application/json");
    }

    private static HttpResponse<String> send(HttpClient http, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (!condition.getAsBoolean() && failed.get() == null) {
            assertThat(System.nanoTime())
                    .as("%s calls, %s changes", calls, changes)
                    .isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
