// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.weft.api.Call;
import dev.weft.app.WeftInTest;
import dev.weft.app.admin.AdminApi;
import dev.weft.app.cli.CommandLineInTest.Said;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One row's functions, one for each behaviour, in a whole Weft: called as people call them, over HTTP through its
 * gateway and by {@code weft invoke}.
 */
final class RowOnWeft {
    private static final byte[] ADA = "{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8);
    private static final String BOB = "{\"who\":\"bob\"}";
    private static final String JSON = "application/json";
    private static final int CALLERS = 50;
    private static final int ROUNDS = 6;
    private static final Duration WAIT_MAX = Duration.ofSeconds(15);
    // runtimes let their heaps grow at first, each of the instances its own
    private static final int CALLS_BEFORE = 6_000;
    private static final int CALLS_AFTER = 4_000;
    private static final int INVOKED = 1_000;

    private final WeftInTest weft;
    private final Row row;
    private final Path folder;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** What differs between rows. {@code bodyBytesMax}: each way, empty where bodies stream without limit. */
    record Row(
            int failingStatus,
            OptionalLong bodyBytesMax,
            int binaryBytesMax,
            boolean answersStream,
            boolean failureSaysWhy) {}

    /** How a row makes an exchange. */
    interface Exchanges {
        Call.Exchange of(String path, byte[] body, String contentType);
    }

    private final Exchanges exchanges;

    /** Files that calls are made of go to {@code folder}. */
    RowOnWeft(WeftInTest weft, Row row, Exchanges exchanges, Path folder) {
        this.weft = weft;
        this.row = row;
        this.exchanges = exchanges;
        this.folder = folder;
    }

    /** Tries everything; what fails is told together. */
    void tryAll() {
        assertAll(
                this::hello,
                this::failing,
                this::slow,
                this::broken,
                this::printing,
                this::binary,
                this::largeOverHttp,
                this::largeByInvoke,
                this::counting,
                this::crashing,
                this::killed,
                this::manyCallers);
    }

    /** Ten thousand calls by HTTP and a thousand more as {@code weft invoke} sends them leave its memory steady. */
    void tryLong() throws Exception {
        calls(CALLS_BEFORE, request("hello", ADA, JSON));
        long before = memory();

        calls(CALLS_AFTER, request("hello", ADA, JSON));
        calls(INVOKED, invoke());

        assertThat(memory()).as("bytes").isPositive().isLessThan(before + before / 4 + (24L << 20));
    }

    private void calls(int count, HttpRequest request) throws Exception {
        for (int done = 0; done < count; done += CALLERS) {
            atOnce(request);
        }
    }

    /** Bytes that all instances occupy together. */
    private long memory() throws IOException, InterruptedException {
        long bytes = 0;
        for (JsonNode each : instances()) {
            bytes += ContractOnEngine.residentOfTree(each.path("pid").asLong());
        }
        return bytes;
    }

    private void hello() throws Exception {
        HttpResponse<String> answer = post("hello", ADA);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("hello").contains("ada");

        Said said = weft.invoke("hello", "-d", BOB);
        assertThat(said.exit()).as("%s", said).isZero();
        assertThat(said.out()).contains("hello").contains("bob");
    }

    private void failing() throws Exception {
        HttpResponse<String> answer = post("failing", ADA);
        if (row.failingStatus() == 502) {
            problem(answer, 502, "function-failed");
        } else {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(row.failingStatus());
        }

        Said said = weft.invoke("failing", "-d", BOB);
        failed(said, "error");
        if (row.failureSaysWhy()) {
            assertThat(said.err()).contains("out of stock");
        } else {
            logged("failing", "out of stock", 2);
        }
    }

    private void slow() throws Exception {
        problem(post("slow", ADA), 504, "timeout");

        failed(weft.invoke("slow", "-d", BOB), "timeout");
    }

    private void broken() throws Exception {
        problem(post("broken", ADA), 502, "function-failed");

        Said said = weft.invoke("broken", "-d", BOB);
        failed(said, "init");
        assertThat(said.err()).contains("no such module");
        assertThat(post("hello", ADA).statusCode()).isEqualTo(200);
    }

    private void printing() throws Exception {
        HttpResponse<String> answer = post("printing", ADA);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 204);
        logged("printing", "out ada", 1);
        logged("printing", "err ada", 1);

        Said said = weft.invoke("printing", "-d", BOB);
        assertThat(said.exit()).as("%s", said).isZero();
        logged("printing", "out bob", 1);
        logged("printing", "err bob", 1);
    }

    private void binary() throws Exception {
        byte[] all = new byte[row.binaryBytesMax()];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i * 31 + i / 256);
        }

        HttpResponse<byte[]> answer =
                client.send(request("echo", all, "application/octet-stream"), BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().length).isEqualTo(all.length);
        assertThat(Arrays.equals(answer.body(), all)).isTrue();
    }

    private void largeOverHttp() throws Exception {
        if (row.bodyBytesMax().isPresent()) {
            long most = row.bodyBytesMax().getAsLong();
            HttpResponse<String> refused = post("hello", new byte[(int) most + 1]);
            problem(refused, 413, "too-large");
            assertThat(refused.body()).contains(Long.toString(most));
        }
        if (!row.answersStream()) {
            problem(post("large", ADA), 502, "function-failed");
        }
    }

    private void largeByInvoke() throws Exception {
        String who = "x".repeat(row.binaryBytesMax());
        Path fits = Files.writeString(folder.resolve("fits.json"), "{\"who\":\"" + who + "\"}");
        Said said = weft.invoke("hello", "-d", "@" + fits);
        assertThat(said.exit()).as(said.err()).isZero();
        assertThat(said.out().contains(who)).isTrue();

        long most = Math.min(row.bodyBytesMax().orElse(Long.MAX_VALUE), AdminApi.BODY_BYTES_MAX);
        Path beyond = Files.write(folder.resolve("beyond.json"), new byte[(int) most + 1]);
        Said refused = weft.invoke("hello", "-d", "@" + beyond);
        assertThat(refused.exit()).as(refused.err()).isPositive();
        assertThat(refused.err()).contains(Long.toString(most));
    }

    private void counting() throws Exception {
        for (int i = 1; i <= 3; i++) {
            HttpResponse<String> answer = post("counting", ADA);
            assertThat(answer.body().strip()).isEqualTo(Integer.toString(i));
        }
        Said said = weft.invoke("counting", "-d", BOB);
        assertThat(said.exit()).as("%s", said).isZero();
        assertThat(said.out()).contains("4");
    }

    /** Its process ends itself during each call; each next call gets one of its own. */
    private void crashing() throws Exception {
        problem(post("crashing", ADA), 502, "function-failed");

        Said said = weft.invoke("crashing", "-d", BOB);
        failed(said, "crash");
        assertThat(said.err()).contains("exit status 7").contains("last words");
        logged("crashing", "last words", 2);
    }

    /** Its process is killed from outside during a call; the next call gets another. */
    private void killed() throws Exception {
        List<Long> pids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            WeftInTest.await(WAIT_MAX, () -> {
                // one that came to the process that was just killed has failed with it
                if (asked.isEmpty() || asked.getLast().isDone()) {
                    asked.add(client.sendAsync(request("stuck", ADA, JSON), BodyHandlers.ofString()));
                }
                Long pid = busy("stuck");
                return pid != null && !pids.contains(pid) && pids.add(pid);
            });
            ProcessHandle instance = ProcessHandle.of(pids.getLast()).orElseThrow();
            instance.descendants().forEach(ProcessHandle::destroyForcibly);
            instance.destroyForcibly();

            problem(asked.getLast().get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS), 502, "function-failed");
        }
    }

    private @org.jspecify.annotations.Nullable Long busy(String function) throws IOException, InterruptedException {
        for (JsonNode each : instances()) {
            if (each.path("function").asString().equals(function)
                    && each.path("inFlight").asInt() > 0) {
                return each.path("pid").asLong();
            }
        }
        return null;
    }

    private JsonNode instances() throws IOException, InterruptedException {
        String all = client.send(weft.admin("/instances").build(), BodyHandlers.ofString())
                .body();
        return JsonMapper.shared().readTree(all).path("items");
    }

    private void manyCallers() throws Exception {
        atOnce(request("hello", ADA, JSON));
        // what `weft invoke` sends, which itself is one call in one process
        atOnce(invoke());
        calls(ROUNDS * CALLERS, request("hello", ADA, JSON));
    }

    private HttpRequest invoke() {
        return weft.admin("/functions/hello/invoke")
                .header("content-type", JSON)
                .POST(HttpRequest.BodyPublishers.ofByteArray(ADA))
                .build();
    }

    private void atOnce(HttpRequest request) throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            answers.add(client.sendAsync(request, BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> each : answers) {
            HttpResponse<String> answer = each.get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("hello").contains("ada");
        }
    }

    private HttpResponse<String> post(String function, byte[] body) throws IOException, InterruptedException {
        return client.send(request(function, body, JSON), BodyHandlers.ofString());
    }

    private HttpRequest request(String function, byte[] body, String contentType) {
        Call.Exchange call = exchanges.of("/" + function, body, contentType);
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        weft.gateway().resolve(call.line().path()))
                .header(RowDocuments.FIELD, function)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        call.headers().forEach((name, value) -> {
            if (!name.equals("host")) {
                request.header(name, value);
            }
        });
        return request.build();
    }

    /** The gateway's own answer for a call that failed: what happened and where to look, none of the function's words. */
    private static void problem(HttpResponse<String> answer, int status, String word) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode error = JsonMapper.shared().readTree(answer.body());
        assertThat(error.path("error").asString()).isEqualTo(word);
        assertThat(error.path("invocation").asString())
                .isNotEmpty()
                .isEqualTo(answer.headers().firstValue("weft-invocation-id").orElse(""));
        assertThat(answer.body()).doesNotContain("out of stock", "last words", "no such module");
    }

    private static void failed(Said said, String reason) {
        assertThat(said.exit()).as("%s", said).isEqualTo(1);
        assertThat(said.err()).contains("failed (" + reason + ")");
    }

    /** Waits until {@code weft logs} has that often a line with {@code text}. */
    private void logged(String function, String text, int times) throws Exception {
        WeftInTest.await(
                WAIT_MAX,
                () -> weft.logs(function)
                                .out()
                                .lines()
                                .filter(line -> line.contains(text))
                                .count()
                        >= times);
    }
}
