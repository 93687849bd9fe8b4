// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.home.Home;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One Weft takes another's place on its ports: two real processes, a real function, callers that never stop. */
class ReplaceIT {
    private static final long WAIT_SECONDS_MAX = 30;

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();
    private int port;
    private int adminPort;

    @BeforeEach
    void write() throws IOException {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"), "sockets are handed over on Linux only");
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0)) {
            port = one.getLocalPort();
            adminPort = two.getLocalPort();
        }
        Files.createDirectories(folder.resolve("hello"));
        Files.writeString(folder.resolve("hello/server.mjs"), """
                import http from 'node:http';
                http.createServer((asked, answer) => asked.resume().on('end', () => answer.end(process.env.WORD)))
                    .listen(process.env.PORT, '127.0.0.1');
                """);
        documents("one");
    }

    @AfterEach
    void stop() throws InterruptedException {
        started.forEach(Process::destroy);
        for (Process each : started) {
            assertThat(each.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void theNextTakesThePortsAndNoCallFails() throws Exception {
        Process first = up();
        await(() -> call().equals("one"));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<Exception> failed = new AtomicReference<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                try (HttpClient client = HttpClient.newHttpClient()) {
                    while (!over.get()) {
                        assertThat(ask(client)).isIn("one", "two");
                        calls.incrementAndGet();
                    }
                } catch (IOException | InterruptedException | AssertionError broken) {
                    failed.set(new IllegalStateException(broken));
                }
            }));
        }
        documents("two");

        Process second = up("--replace");
        assertThat(first.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        await(() -> call().equals("two"));
        over.set(true);
        for (Thread each : callers) {
            each.join();
        }

        assertThat(failed.get()).isNull();
        assertThat(calls.get()).isPositive();
        assertThat(second.isAlive()).isTrue();
        List<Home.Found> running = new Home(folder.resolve("home")).running();
        assertThat(running).hasSize(1);
        assertThat(running.getFirst().pid()).isEqualTo(second.pid());
        assertThat(running.getFirst().url()).isEqualTo(URI.create("http://127.0.0.1:" + adminPort));
    }

    @Test
    void anotherPortThanTheRunningOnesIsRefusedAndThatGoesOn() throws Exception {
        Process first = up();
        await(() -> call().equals("one"));
        int taken = port;
        port = 1;
        Process second = up("--replace");

        assertThat(second.waitFor(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isNotZero();
        assertThat(Files.readString(folder.resolve("2.log")))
                .contains("listens on port " + taken)
                .contains("--port says 1");
        port = taken;
        assertThat(call()).isEqualTo("one");
        assertThat(first.isAlive()).isTrue();
    }

    private Process up(String... options) throws IOException {
        List<String> command = WeftProgram.command();
        command.addAll(List.of(
                "up",
                folder.toString(),
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(adminPort),
                "--no-watch",
                "--spare-memory",
                "0"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve((started.size() + 1) + ".log").toFile());
        builder.environment().put("WEFT_HOME", folder.resolve("home").toString());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void documents(String word) throws IOException {
        Files.writeString(folder.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: here}
                spec: {type: local}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: hello}
                spec:
                  contract: http
                  code: {path: hello}
                  command: [node, server.mjs]
                  env: {WORD: %s}
                  placement: {clouds: [{name: here}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  rules:
                  - backendRefs: [{group: weft.dev, kind: Function, name: hello}]
                """.formatted(word));
    }

    private String logs() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= started.size(); i++) {
            all.append(Files.readString(folder.resolve(i + ".log")));
        }
        return all.toString();
    }

    private String call() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return ask(client);
        }
    }

    private String ask(HttpClient client) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .POST(HttpRequest.BodyPublishers.ofString("x")) // the client would repeat a GET by itself
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.body();
    }

    private void await(Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS_MAX);
        while (true) {
            try {
                if (condition.call()) {
                    return;
                }
            } catch (IOException notYet) {
                // it does not listen yet
            }
            assertThat(System.nanoTime()).as(logs()).isLessThan(until);
            Thread.sleep(50);
        }
    }
}
