// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The proxy as OpenWhisk's invoker would meet it: a real process, statuses and sentences as those of Apache's Java runtime. */
@Timeout(60)
class ActionProxyIT {
    @TempDir
    private Path scratch;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private @Nullable Process process;
    private int port;

    record Answer(int status, String body) {}

    /** The action, in the proxy's place as a folder. */
    static final class Sample {
        static int count;

        private Sample() {}

        @SuppressWarnings("unused")
        public static JsonObject main(JsonObject said) {
            if (said.has("fail")) {
                throw new IllegalStateException("out of stock");
            }
            if (said.has("deep")) {
                return deep(said);
            }
            if (said.has("none")) {
                return JsonParser.parseString("null").isJsonNull() ? nothing() : said;
            }
            said.addProperty("id", System.getenv("__OW_ACTIVATION_ID"));
            said.addProperty("greeting", System.getenv("GREETING"));
            said.addProperty("port", System.getenv("WEFT_ACTION_PORT"));
            said.addProperty("proxy", seesTheProxy());
            said.addProperty("count", ++count);
            return said;
        }

        private static JsonObject deep(JsonObject said) {
            return said.has("deep") ? deep(said) : said;
        }

        @SuppressWarnings("NullAway")
        private static JsonObject nothing() {
            return null;
        }

        /** By its own loader. */
        private static boolean seesTheProxy() {
            try {
                return Class.forName("org.assertj.core.api.Assertions") != null;
            } catch (ClassNotFoundException hidden) {
                return false;
            }
        }
    }

    @BeforeEach
    void start() throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path code = Path.of(place(Sample.class));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-Xss512k",
                "-cp",
                String.join(
                        ":",
                        place(ActionProxy.class),
                        place(JsonObject.class),
                        place(org.assertj.core.api.Assertions.class)),
                ActionProxy.class.getName()));
        ProcessBuilder building = new ProcessBuilder(command)
                .redirectOutput(scratch.resolve("out.txt").toFile())
                .redirectError(scratch.resolve("err.txt").toFile());
        building.environment().put("WEFT_ACTION_PORT", Integer.toString(port));
        building.environment().put("WEFT_ACTION_CODE", code.toString());
        Process started = building.start();
        process = started;
        while (!listens()) {
            assertThat(started.waitFor(10, TimeUnit.MILLISECONDS))
                    .as("it ended")
                    .isFalse();
        }
    }

    private static String place(Class<?> type) {
        return Path.of(URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString();
    }

    private boolean listens() {
        try (java.net.Socket probe = new java.net.Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Answer post(String path, byte[] body) throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private Answer post(String path, String body) throws Exception {
        return post(path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private Answer init(String main) throws Exception {
        return post("/init", "{\"value\":{\"name\":\"one\",\"main\":\"" + main + "\",\"env\":{\"GREETING\":\"hi\"}}}");
    }

    private Answer init() throws Exception {
        return init(Sample.class.getName());
    }

    private long markers(String file) throws IOException {
        return Files.readString(scratch.resolve(file))
                .lines()
                .filter("XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX"::equals)
                .count();
    }

    @Test
    void anActionIsInitializedOnceAndThenRunAsOftenAsAsked() throws Exception {
        assertThat(post("/run", "{\"value\":{}}").body()).contains("Cannot invoke an uninitialized action.");

        Answer ready = init();
        Answer again = init();
        Answer first = post("/run", "{\"value\":{\"a\":\"é☃\",\"n\":12345678901234567890.5},\"activation_id\":\"a1\"}");
        Answer second = post("/run", "{\"value\":{},\"activation_id\":\"a2\"}");

        assertThat(ready).isEqualTo(new Answer(200, "OK"));
        assertThat(again).isEqualTo(new Answer(502, "{\"error\":\"Cannot initialize the action more than once.\"}"));
        assertThat(first.body())
                .isEqualTo("{\"a\":\"é☃\",\"n\":12345678901234567890.5,\"id\":\"a1\",\"greeting\":\"hi\",\"port\":null,"
                        + "\"proxy\":false,\"count\":1}");
        assertThat(second.body()).contains("\"id\":\"a2\"", "\"count\":2");
        assertThat(markers("out.txt")).isEqualTo(2);
        assertThat(markers("err.txt")).isEqualTo(2);
    }

    @Test
    void whatAnActionThrowsIsSaidAndLoggedWithoutTheProxysFrames() throws Exception {
        init();

        Answer failed = post("/run", "{\"value\":{\"fail\":true}}");
        Answer none = post("/run", "{\"value\":{\"none\":true}}");
        Answer deep = post("/run", "{\"value\":{\"deep\":true}}");

        String words = "{\"error\":\"An error has occurred while invoking the action (see logs for details): ";
        assertThat(failed).isEqualTo(new Answer(502, words + "java.lang.IllegalStateException: out of stock\"}"));
        assertThat(none)
                .isEqualTo(new Answer(502, words + "java.lang.NullPointerException: The action returned null\"}"));
        assertThat(deep).isEqualTo(new Answer(502, words + "java.lang.StackOverflowError\"}"));
        assertThat(post("/run", "{\"value\":{}}").status()).isEqualTo(200);
        assertThat(Files.readString(scratch.resolve("err.txt")))
                .contains("Sample.main")
                .doesNotContain("ActionMain", "httpserver");
    }

    @Test
    void codeThatCantBeOpenedIsSaidAndLoggedAndMayBeTriedAgain() throws Exception {
        for (String main : List.of("Absent", Sample.class.getName() + "#bogus")) {
            Answer broken = init(main);

            assertThat(broken.status()).isEqualTo(502);
            assertThat(broken.body())
                    .startsWith("{\"error\":\"An error has occurred (see logs for details): java.lang.")
                    .contains(main.equals("Absent") ? "ClassNotFoundException: Absent" : "NoSuchMethodException");
        }
        assertThat(markers("err.txt")).isEqualTo(2);
        assertThat(init().status()).isEqualTo(200);
    }

    @Test
    void whatIsNoRequestOfTheInterfaceIsRefused() throws Exception {
        byte[] tooMuch = new byte[ActionProxy.REQUEST_BYTES_MAX + 1];
        Arrays.fill(tooMuch, (byte) ' ');

        assertThat(post("/init", "{").status()).isEqualTo(502);
        assertThat(post("/init", "[]").status()).isEqualTo(502);
        assertThat(post("/init", "{\"value\":{}}").body()).contains("Missing main/no code to execute.");
        assertThat(post("/nothing", "{}").status()).isEqualTo(404);
        assertThat(post("/init", tooMuch).status()).isEqualTo(413);
        assertThat(init().status()).isEqualTo(200);
    }
}
