// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spi.HostFiles;
import java.io.ByteArrayOutputStream;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** The proxies as OpenWhisk's invoker would meet them: real processes, code in the request, statuses as documented. */
@Timeout(60)
class ActionProxyIT {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    private Path folder;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Process> started = new ArrayList<>();
    private Path output = Path.of("");
    private int port;

    private static final String NODE_CODE = """
            function main(p) {
              if (p.fail) throw new Error('no');
              if (p.none) return null;
              return { p, id: process.env.__OW_ACTIVATION_ID, greeting: process.env.GREETING };
            }
            function other() { return { other: true }; }
            """;
    private static final String PYTHON_CODE = """
            import os
            def main(p):
                if p.get('fail'): raise ValueError('no')
                if p.get('none'): return None
                return {'p': p, 'id': os.environ['__OW_ACTIVATION_ID'], 'greeting': os.environ.get('GREETING')}
            def other(p): return {'other': True}
            """;
    private static final Map<String, String> NODE_FILES = Map.of(
            "package.json", "{\"main\":\"lib/a.js\"}",
            "lib/a.js", "exports.main = require('./b.js');",
            "lib/b.js", "module.exports = () => ({ zip: require('fs').readFileSync('data.txt', 'utf8') });",
            "data.txt", "data");
    private static final Map<String, String> PYTHON_FILES = Map.of(
            "__main__.py", "import lib.b\nmain = lib.b.main",
            "lib/__init__.py", "",
            "lib/b.py", "def main(p): return {'zip': open('data.txt').read()}",
            "data.txt", "data");

    enum Language {
        NODE,
        PYTHON;

        String code() {
            return this == NODE ? NODE_CODE : PYTHON_CODE;
        }

        Map<String, String> files() {
            return this == NODE ? NODE_FILES : PYTHON_FILES;
        }
    }

    record Answer(int status, String body) {}

    @AfterEach
    void end() throws InterruptedException {
        for (Process each : started) {
            each.destroyForcibly();
            assertThat(each.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActionIsInitializedOnceAndThenRun(Language language) throws Exception {
        start(language);
        assertThat(post("/run", "{\"value\":{}}").status()).isEqualTo(403);

        Answer ready = init(language.code(), "main", false);
        Answer again = init(language.code(), "main", false);
        Answer ran = post("/run", "{\"value\":{\"a\":\"é☃\"},\"activation_id\":\"a1\",\"deadline\":\"1\"}");

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.body()).isEqualTo(language == Language.NODE ? "{\"OK\":true}" : "{\"ok\": true}");
        assertThat(again.status()).isEqualTo(403);
        assertThat(ran.status()).isEqualTo(200);
        assertThat(JSON.readTree(ran.body()))
                .isEqualTo(JSON.readTree("{\"p\":{\"a\":\"é☃\"},\"id\":\"a1\",\"greeting\":\"hi\"}"));
        assertThat(markers()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void anotherFunctionOfTheCodeMayBeTheEntrypoint(Language language) throws Exception {
        start(language);

        assertThat(init(language.code(), "other", false).status()).isEqualTo(200);

        assertThat(post("/run", "{\"value\":{}}").body()).contains("other").contains("true");
    }

    @ParameterizedTest
    @EnumSource
    void codeMayBeAZipFileInBase64(Language language) throws Exception {
        start(language);

        assertThat(init(zip(language.files()), "main", true))
                .extracting(Answer::status)
                .isEqualTo(200);

        assertThat(JSON.readTree(post("/run", "{\"value\":{}}").body())
                        .path("zip")
                        .asString())
                .isEqualTo("data");
    }

    @ParameterizedTest
    @EnumSource
    void codeThatCantBeLoadedIsSaidAndLogged(Language language) throws Exception {
        start(language);

        Answer broken = init("no such code (", "main", false);

        assertThat(broken.status()).isEqualTo(502);
        assertThat(JSON.readTree(broken.body()).path("error").asString()).contains("SyntaxError");
        assertThat(markers()).isEqualTo(2);
        assertThat(Files.readString(output)).contains("SyntaxError");
        assertThat(post("/run", "{\"value\":{}}").status()).isEqualTo(403);
        assertThat(init(language.code(), "main", false).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @EnumSource
    void codeWithoutTheFunctionIsSaid(Language language) throws Exception {
        start(language);

        Answer broken = init(language.code(), "absent", false);

        assertThat(broken.status()).isEqualTo(502);
        assertThat(broken.body()).contains("absent").contains("is not a function");
    }

    @ParameterizedTest
    @EnumSource
    void aZipFileThatLeadsOutOfItsFolderWritesNothingThere(Language language) throws Exception {
        start(language);

        Answer answer = init(
                zip(Map.of(
                        "../../outside.txt",
                        "x",
                        "index.js",
                        "exports.main = () => ({})",
                        "__main__.py",
                        "def main(p): return {}")),
                "main",
                true);

        assertThat(answer.status()).isIn(200, 502);
        assertThat(folder.resolve("work/outside.txt")).doesNotExist();
        assertThat(folder.resolve("work/tmp/outside.txt")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoRequestOfTheInterfaceIsRefused(Language language) throws Exception {
        start(language);

        assertThat(post("/init", "{").status()).isEqualTo(language == Language.NODE ? 500 : 400);
        assertThat(post("/init", "[]").status()).isIn(400, 403, 500);
        assertThat(post("/nothing", "{}").status()).isEqualTo(language == Language.NODE ? 500 : 404);
        assertThat(post("/init", "{\"value\":{\"main\":\"main\"}}").status()).isEqualTo(403);
        assertThat(init(language.code(), "main", false).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestBeyondTheLimitIsRefused(Language language) throws Exception {
        start(language);

        int status = client.send(
                        request("/init")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[65 * 1024 * 1024 + 1]))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();

        assertThat(status).isEqualTo(413);
    }

    @ParameterizedTest
    @EnumSource
    void codeThatUnpacksBeyondTheLimitIsNotUnpacked(Language language) throws Exception {
        start(language);

        Answer answer = init(zip(Map.of("zeros", "0".repeat(257 << 20))), "main", true);

        assertThat(answer.status()).isEqualTo(502);
        try (Stream<Path> unpacked = Files.walk(folder)) {
            assertThat(unpacked.filter(file -> file.endsWith("zeros"))).isEmpty();
        }
    }

    @Test
    void aHeadBeyondTheLimitIsRefused() throws Exception {
        start(Language.PYTHON);

        int status = client.send(
                        request("/run")
                                .header("x", "y".repeat(70_000))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();

        assertThat(status).isEqualTo(413);
    }

    @Test
    void aNodeActionThatThrewServesNoFurtherCall() throws Exception {
        start(Language.NODE);
        init(NODE_CODE, "main", false);

        Answer thrown = post("/run", "{\"value\":{\"fail\":true}}");

        assertThat(thrown).isEqualTo(new Answer(502, "{\"error\":\"An error has occurred: Error: no\"}"));
        assertThat(post("/run", "{\"value\":{}}").status()).isEqualTo(403);
    }

    @Test
    void aPythonActionThatRaisedReturnsAnErrorAndServesOn() throws Exception {
        start(Language.PYTHON);
        init(PYTHON_CODE, "main", false);

        assertThat(post("/run", "{\"value\":{\"fail\":true}}")).isEqualTo(new Answer(200, "{\"error\": \"no\"}"));
        assertThat(post("/run", "{\"value\":{},\"activation_id\":\"a2\"}").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void aResultThatIsNoDictionaryIsAnError(Language language) throws Exception {
        start(language);
        init(language.code(), "main", false);

        Answer answer = post("/run", "{\"value\":{\"none\":true}}");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.body()).contains("did not return a dictionary");
        assertThat(markers()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void codeMayLieInAFolder(Language language) throws Exception {
        Path code = Files.createDirectories(folder.resolve("code"));
        for (Map.Entry<String, String> file : language.files().entrySet()) {
            Files.createDirectories(code.resolve(file.getKey()).getParent());
            Files.writeString(code.resolve(file.getKey()), file.getValue());
        }
        start(language, Map.of("WEFT_ACTION_CODE", code.toString()));

        assertThat(post("/init", "{\"value\":{\"name\":\"x\",\"main\":\"main\"}}")
                        .status())
                .isEqualTo(200);
    }

    private void start(Language language) throws IOException, InterruptedException {
        start(language, Map.of());
    }

    private void start(Language language, Map<String, String> env) throws IOException, InterruptedException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String name = language == Language.NODE ? "proxy.mjs" : "proxy.py";
        Path script = HostFiles.copy(OpenWhiskHost.class, name, folder.resolve("host"), name);
        Path work = Files.createDirectories(folder.resolve("work/here"));
        output = folder.resolve("output.txt");
        ProcessBuilder builder = language == Language.NODE
                ? new ProcessBuilder("node", "--input-type=module", "--eval", "(await import('" + script + "')).main()")
                : new ProcessBuilder("python3", script.toString());
        builder.directory(work.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("WEFT_ACTION_PORT", Integer.toString(port));
        builder.environment()
                .put(
                        "TMPDIR",
                        Files.createDirectories(folder.resolve("work/tmp")).toString());
        builder.environment().putAll(env);
        Process process = builder.start();
        started.add(process);
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!listens()) {
            assertThat(System.nanoTime()).as(Files.readString(output)).isLessThan(until);
            assertThat(process.waitFor(10, TimeUnit.MILLISECONDS))
                    .as("it ended")
                    .isFalse();
        }
    }

    private boolean listens() {
        try (java.net.Socket probe = new java.net.Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private Answer init(String code, String main, boolean binary) throws Exception {
        return post(
                "/init",
                JSON.writeValueAsString(Map.of(
                        "value",
                        Map.of(
                                "name",
                                "greeter",
                                "main",
                                main,
                                "code",
                                code,
                                "binary",
                                binary,
                                "env",
                                Map.of("GREETING", "hi")))));
    }

    private Answer post(String path, String body) throws Exception {
        HttpResponse<String> response = client.send(
                request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("content-type", "application/json");
    }

    /** They are written before the answer is, so there is nothing to wait for. */
    private long markers() throws IOException {
        return Files.readString(output).lines().filter(LogFrames.MARKER::equals).count();
    }

    private static String zip(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
