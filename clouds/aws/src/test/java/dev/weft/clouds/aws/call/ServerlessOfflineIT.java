// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.AwsClients;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls over the wire to serverless-offline, an emulator nobody here wrote, which runs the functions. */
@Tag("system")
@Timeout(900)
class ServerlessOfflineIT {
    private static final Map<String, String> KEY =
            new AwsCredentials("AKIDEXAMPLE", "secret", null, null, "a test").parts();
    private static final long START_SECONDS_MAX = 120;

    private static final String SERVICE = """
            service: weft
            frameworkVersion: '3'
            provider: {name: aws, runtime: nodejs20.x, region: eu-west-1}
            plugins: [serverless-offline]
            functions:
              good: {handler: index.good}
              bad: {handler: index.bad}
              slow: {handler: index.slow, timeout: 1}
            """;

    private static final String CODE = """
            exports.good = async (event, context) => event.version === '2.0'
              ? { statusCode: 201, headers: { 'x-path': event.rawPath, 'x-key': event.headers['idempotency-key'] }, body: `got ${event.body}` }
              : { event };
            exports.bad = async () => { throw new TypeError('told to fail'); };
            exports.slow = () => new Promise(done => setTimeout(done, 20000));
            """;

    @TempDir
    static Path folder;

    private static Process process;
    private static URI endpoint;

    @BeforeAll
    static void start() throws Exception {
        Path modules = AwsClients.serverless();
        Files.writeString(folder.resolve("serverless.yml"), SERVICE);
        Files.writeString(folder.resolve("index.js"), CODE);
        Files.writeString(folder.resolve("package.json"), "{\"private\":true}");
        Files.createSymbolicLink(folder.resolve("node_modules"), modules);
        int http = free();
        int lambda = free();
        endpoint = URI.create("http://127.0.0.1:" + lambda);
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(
                        "node",
                        modules.resolve("serverless/bin/serverless.js").toString(),
                        "offline",
                        "--host",
                        "127.0.0.1",
                        "--httpPort",
                        "" + http,
                        "--lambdaPort",
                        "" + lambda)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SLS_TELEMETRY_DISABLED", "1",
                        "SLS_NOTIFICATIONS_MODE", "off",
                        "SLS_TRACKING_DISABLED", "1",
                        "HOME", folder.toString()));
        process = builder.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!listens(lambda)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                stop();
                throw new AssertionError("serverless-offline does not run: " + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private static int free() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static InvokeDialect.Target target(String function) {
        return new InvokeDialect.Target(endpoint, "weft-dev-" + function, "eu-west-1", Map.of("qualifier", "weft"));
    }

    @Test
    void anExchangeIsAnsweredByTheFunction() throws Exception {
        Outcome outcome = Wire.call(Wire.exchange("{\"n\":\"ü\"}"), target("good"), KEY);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.headers().first("x-path")).isEqualTo("/pay%20now");
            assertThat(response.headers().first("x-key")).isEqualTo("once-7");
            assertThat(Wire.text(response.body())).isEqualTo("got {\"n\":\"ü\"}");
        });
    }

    @Test
    void anEventsResultIsWhatTheFunctionGave() throws Exception {
        Outcome outcome = Wire.call(Wire.event("{\"n\":1}", Map.of("type", "order")), target("good"), KEY);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Result.class, result -> {
            JsonNode got = JsonMapper.shared().readTree(Wire.bytes(result.body()));
            assertThat(got.path("event").path("n").asInt()).isEqualTo(1);
        });
    }

    @Test
    void aFunctionThatThrowsFailsWithStatus200() throws Exception {
        assertThat(Wire.call(Wire.exchange("{}"), target("bad"), KEY))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
                    assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
                    assertThat(failure.message()).isEqualTo("told to fail");
                });
    }

    /** The emulator words a timeout in its own way, so what it was is not told apart; that it failed is. */
    @Test
    void aFunctionThatIsTooSlowFails() throws Exception {
        assertThat(Wire.call(Wire.exchange("{}"), target("slow"), KEY))
                .isInstanceOfSatisfying(Outcome.Failure.class, failure -> assertThat(failure.message())
                        .contains("Lambda timeout"));
    }

    @Test
    void aFunctionThatIsNotThereIsAbsent() {
        assertThatThrownBy(() -> Wire.call(Wire.exchange("{}"), target("none"), KEY))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.ABSENT));
    }

    @Test
    void anAsynchronousEventIsAccepted() throws Exception {
        assertThat(Wire.call(Wire.event("{}", Map.of(LambdaDialect.ASYNC, "true")), target("good"), KEY))
                .isInstanceOf(Outcome.Accepted.class);
    }
}
