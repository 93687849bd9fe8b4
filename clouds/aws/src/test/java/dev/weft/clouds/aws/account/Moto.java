// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

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
import java.util.concurrent.TimeUnit;

/** moto, an emulator of AWS that nobody here wrote, as a process of its own on a free port. What is missing fails the test. */
public final class Moto implements AutoCloseable {
    /** The account it plays. */
    static final String ACCOUNT = "123456789012";

    /** A role that is there. */
    public static final String ROLE = "arn:aws:iam::" + ACCOUNT + ":role/functions";

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI endpoint;

    private Moto(Process process, int port) {
        this.process = process;
        this.endpoint = URI.create("http://127.0.0.1:" + port);
    }

    /** Starts it and waits until it answers; a role and a simple way to invoke are there then. */
    public static Moto start() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path log = Files.createTempFile("moto", ".log");
        Process process = new ProcessBuilder(
                        Boto3.interpreter(), "-m", "moto.server", "-H", "127.0.0.1", "-p", "" + port)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Moto moto = new Moto(process, port);
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!moto.answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                moto.close();
                throw new AssertionError(
                        "moto does not run: '%s -m moto.server' needs moto[server] and boto3 (pip install; WEFT_PYTHON names the interpreter). It said:%n%s"
                                .formatted(Boto3.interpreter(), Files.readString(log)));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        moto.prepare();
        return moto;
    }

    public URI endpoint() {
        return endpoint;
    }

    /** Forgets everything but the role. */
    public void reset() throws IOException, InterruptedException {
        String ignored = post("/moto-api/reset", "", "application/json");
        prepare();
    }

    private void prepare() throws IOException, InterruptedException {
        String ignored = post("/moto-api/config", "{\"lambda\":{\"use_docker\":false}}", "application/json");
        ignored = post(
                "/",
                "Action=CreateRole&Version=2010-05-08&RoleName=functions&AssumeRolePolicyDocument=%7B%7D",
                "application/x-www-form-urlencoded");
    }

    /** What the next invocations answer, in order. */
    public void answers(String region, String... results) throws IOException, InterruptedException {
        String all = String.join(
                ",", java.util.Arrays.stream(results).map(each -> quoted(each)).toList());
        String ignored = post(
                "/moto-api/static/lambda-simple/response",
                "{\"results\":[%s],\"region\":\"%s\"}".formatted(all, region),
                "application/json");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private boolean answers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/moto-api/config"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private String post(String path, String body, String type) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve(path))
                .header("content-type", type)
                .header(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError("moto answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        client.close();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
