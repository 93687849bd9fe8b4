// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.home.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of {@code weft up}: documents, a real Lambda handler in real processes, faults, saves, stop. */
class UpPathIT {
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final StringWriter said = new StringWriter();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicInteger exit = new AtomicInteger(-1);
    private Thread up = Thread.ofVirtual().start(() -> {});

    @BeforeEach
    void write() throws IOException {
        documents("east, west");
        handler("one");
    }

    @AfterEach
    void stopIt() throws InterruptedException {
        stop.countDown();
        up.join(WAIT_MAX);
    }

    @Test
    void aFunctionAnswersAndACloudThatFailsIsNotSeenByTheCaller() throws Exception {
        start(0);
        assertThat(call().body()).isEqualTo("one");

        HttpResponse<String> failed = admin("POST", "/clouds/east/fault", "{\"fault\":\"fail\"}");
        assertThat(failed.statusCode()).isEqualTo(200);
        HttpResponse<String> elsewhere = call();
        assertThat(elsewhere.statusCode()).isEqualTo(200);
        assertThat(admin("GET", "/instances", "").body()).contains("\"cloud\":\"west\"");
        assertThat(admin("GET", "/functions/hello/logs", "").body())
                .contains("serving one")
                .contains("\"cloud\":\"west\"");
        assertThat(get(adminUrl() + "/metrics").body()).contains("weft_instances");
        await(() -> said.toString().contains("2 clouds tried"));
    }

    @Test
    void aSavedHandlerIsReloadedWithoutAFailedCall() throws Exception {
        start(0);
        handler("two");

        await(() -> {
            HttpResponse<String> answer = call();
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body().equals("two");
        });
    }

    @Test
    void brokenDocumentsAreToldAndWhatRanGoesOn() throws Exception {
        start(0);
        Files.writeString(folder.resolve("weft.yaml"), "apiVersion: weft.dev/v1alpha1\nkind: Clout\n");

        await(() -> said.toString().contains("what ran before goes on"));
        assertThat(call().body()).isEqualTo("one");
    }

    @Test
    void aCloudTakenOutOfAPlacementIsLeftWithoutAFailedCall() throws Exception {
        start(0);
        assertThat(call().statusCode()).isEqualTo(200);
        documents("west");

        await(() -> {
            assertThat(call().statusCode()).isEqualTo(200);
            return said.toString().contains("removed hello on east");
        });
        assertThat(call().statusCode()).isEqualTo(200);
    }

    @Test
    void nothingStaysBehindWhenItStops() throws Exception {
        start(0);
        call();
        assertThat(ProcessHandle.current().descendants().toList()).isNotEmpty();

        stop.countDown();
        assertThat(up.join(WAIT_MAX)).isTrue();
        assertThat(exit).hasValue(0);
        assertThat(home().running()).isEmpty();
        assertThat(folder.resolve("home/run")).isEmptyDirectory();
        await(() -> ProcessHandle.current().descendants().findAny().isEmpty());
    }

    @Test
    void aPortInUseIsNamedWithTheOptionThatHelps() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            UpPath.Options options = UpPath.Options.plain(List.of(folder), taken.getLocalPort(), 0, false, false);

            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> path(options).run()))
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("--port");
        }
        assertThat(folder.resolve("home/run")).isEmptyDirectory();
    }

    private void start(int port) throws Exception {
        UpPath.Options options = UpPath.Options.plain(List.of(folder), port, 64L << 20, true, false);
        up = Thread.ofPlatform().name("up").start(() -> {
            try {
                exit.set(path(options).run());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        await(() -> said.toString().contains("ready in") || !up.isAlive());
        assertThat(up.isAlive()).as(said.toString()).isTrue();
    }

    private UpPath path(UpPath.Options options) {
        PrintWriter out = new PrintWriter(said, true);
        return new UpPath(options, home(), new Terminal(out, out, false), stop);
    }

    private Home home() {
        return Home.of(Map.of("WEFT_HOME", folder.resolve("home").toString()));
    }

    private URI adminUrl() {
        return home().running().getFirst().url();
    }

    private HttpResponse<String> call() throws IOException, InterruptedException {
        Matcher url = Pattern.compile("gateway +(\\S+)").matcher(said.toString());
        assertThat(url.find()).isTrue();
        return get(url.group(1) + "/hello");
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> admin(String method, String path, String body)
            throws IOException, InterruptedException {
        Home.Found found = home().running().getFirst();
        HttpRequest request = HttpRequest.newBuilder(URI.create(found.url() + "/weft/v1" + path))
                .header("authorization", "Bearer " + found.token())
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private void handler(String answer) throws IOException {
        Path code = Files.createDirectories(folder.resolve("hello"));
        Files.writeString(
                code.resolve("index.mjs"),
                "export const handler = async () => { console.log('serving %s'); return {statusCode: 200, body: '%s'} }\n"
                        .formatted(answer, answer));
    }

    private void documents(String clouds) throws IOException {
        StringBuilder placed = new StringBuilder();
        for (String each : clouds.split(", ", -1)) {
            placed.append(placed.isEmpty() ? "" : ", ")
                    .append("{name: ")
                    .append(each)
                    .append('}');
        }
        Files.writeString(folder.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: east}
                spec: {type: local}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: west}
                spec: {type: local}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: hello}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: ./hello}
                  placement: {clouds: [%s]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  rules:
                  - matches: [{path: {type: PathPrefix, value: /hello}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: hello}]
                """.formatted(placed));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + WAIT_MAX.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited " + WAIT_MAX).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
