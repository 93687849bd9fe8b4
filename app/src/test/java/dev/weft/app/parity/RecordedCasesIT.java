// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.facades.Ports;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests of a real Weft's callers become cases of {@code weft parity}, and a plan tells which cloud is withheld. */
@Timeout(180)
class RecordedCasesIT {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path scratch;

    private static WeftCommand weft;
    private static WeftCommand.Running running;
    private static Path app;
    private static int port;
    private static int facade;

    @BeforeAll
    static void start() throws Exception {
        app = Files.createDirectories(scratch.resolve("app"));
        Files.createDirectories(app.resolve("code"));
        Files.writeString(app.resolve("code/index.mjs"), """
            export const handler = async (event) => ({
              statusCode: 201,
              headers: {'content-type': 'application/json', 'x-tenant': (event.headers ?? {})['x-tenant'] ?? ''},
              body: JSON.stringify({path: event.rawPath, query: event.rawQueryString, body: event.body ?? null}),
            });
            """);
        Files.writeString(app.resolve("weft.yaml"), clouds("", "") + function("") + """
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              rules:
              - backendRefs: [{group: weft.dev, kind: Function, name: shop}]
            """);
        weft = new WeftCommand(scratch.resolve("own"), Map.of());
        port = Ports.free();
        facade = Ports.free();
        running = weft.start(
                Map.of(),
                "up",
                app.toString(),
                "--port",
                "" + port,
                "--admin-port",
                "0",
                "--spare-memory",
                "0",
                "--no-watch",
                "--facade",
                "aws=" + facade);
        running.says("ready in");
    }

    private static String clouds(String one, String two) {
        String cloud = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: %s}
            spec: {type: aws, region: eu-west-1%s}
            """;
        return cloud.formatted("one", one) + cloud.formatted("two", two);
    }

    private static String function(String more) {
        return """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: shop}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              handler: index.handler
              code: {path: ./code}
              placement: {clouds: [{name: one}, {name: two}]%s}
            """.formatted(more);
    }

    @AfterAll
    static void stop() throws Exception {
        CLIENT.close();
        running.process().destroy();
        assertThat(running.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private static int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static WeftCommand.Running recording(Path into, String... more) throws Exception {
        String[] words = new String[more.length + 5];
        System.arraycopy(new String[] {"parity", "shop", "--consent", "--into", into.toString()}, 0, words, 0, 5);
        System.arraycopy(more, 0, words, 5, more.length);
        return weft.start(Map.of(), words);
    }

    private static void says(WeftCommand.Running one, String words) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(one.err()).contains(words)) {
            assertThat(one.process().isAlive() && System.nanoTime() < until)
                    .as("%s%n%s", Files.readString(one.out()), Files.readString(one.err()))
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    void whatCallersSendIsWrittenWithoutTheirSecretsAndAskedOfEveryCloud() throws Exception {
        Path cases = scratch.resolve("traffic.yaml");
        WeftCommand.Running one = recording(cases, "--record", "4");
        says(one, "recording the next 4 requests of shop");
        WeftCommand.Said second =
                recording(scratch.resolve("other.yaml"), "--record", "1").end();
        assertThat(second.exit()).isNotZero();
        assertThat(second.err()).contains("recorded already");

        assertThat(send(request("/orders/7?code=hush-query&dry=1")
                        .header("Authorization", "Bearer hush-auth")
                        .header("Cookie", "session=hush-cookie")
                        .header("X-Api-Key", "hush-key")
                        .header("X-Tenant", "a")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"who\": \"Grüße: 'ada' # {x}\"}"))))
                .isEqualTo(201);
        assertThat(send(request("/photo")
                        .header("Content-Type", "image/png")
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[] {0, (byte) 0xff, 7}))))
                .isEqualTo(201);
        assertThat(send(request("/large").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[(1 << 20) + 1]))))
                .isEqualTo(201);
        assertThat(send(request("/plain"))).isEqualTo(201);
        weft.run("invoke", "shop", "-d", "{\"rawPath\": \"/told\"}").is(0);
        WeftCommand.Said said = one.end().is(0);

        assertThat(said.out()).contains("4 requests in " + cases, "1 left out");
        assertThat(said.err()).contains("left out: its body is longer than 1048576 bytes");
        String written = Files.readString(cases);
        assertThat(written)
                .doesNotContain("hush", "localhost", "traceparent", "weft-", "x-forwarded")
                .contains("code=redacted&dry=1", "X-Tenant", "Grüße", "\"event\":true", "bodyBase64");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cases)))
                .isEqualTo("rw-------");
        WeftCommand.Said parity = weft.run("parity", "shop", app.toString(), "--cases", cases.toString());
        assertThat(parity.is(0).out()).contains("two: equal, 4 of 4 cases equal");
    }

    @Test
    void withoutConsentARightNumberOrANewFileNothingIsRecorded() throws Exception {
        Path into = scratch.resolve("none.yaml");
        WeftCommand.Said silent = weft.run("parity", "shop", "--record", "1", "--into", into.toString());
        assertThat(silent.is(2).err()).contains("say --consent", "Authorization");
        assertThat(recording(into, "--record", "501").end().is(2).err()).contains("--record: 1 to 500, got 501");
        assertThat(recording(into, "--record", "1", "--within", "0").end().is(2).err())
                .contains("--within: 1 to 3600, got 0");
        assertThat(recording(into, "--record", "1", "--sign").end().is(2).err()).contains("leave out");
        assertThat(recording(Files.writeString(scratch.resolve("there"), "x"), "--record", "1")
                        .end()
                        .is(2)
                        .err())
                .contains("is there already");
        assertThat(into).doesNotExist();
    }

    @Test
    void aPlanTellsThatACloudWithoutCertificateIsWithheld() throws Exception {
        Key key = KeysInTest.create(scratch.resolve("own/weft"), "ci", Key.Role.DEPLOY, "default");
        Path profiles = Files.writeString(scratch.resolve("credentials"), """
            [default]
            aws_access_key_id = %s
            aws_secret_access_key = %s
            """.formatted(key.id(), key.secret()));
        Path folder = Files.createDirectories(scratch.resolve("planned"));
        Files.createDirectories(folder.resolve("code"));
        Files.copy(app.resolve("code/index.mjs"), folder.resolve("code/index.mjs"));
        String where = ", endpoint: \"http://localhost:%d\", account: {role: \"arn:aws:iam::000000000000:role/any\"}"
                .formatted(facade);
        Files.writeString(
                folder.resolve("weft.yaml"),
                clouds(where, where) + function(", requireParity: true").replace("name: shop", "name: planned"));
        WeftCommand.Said said =
                weft.run(Map.of("AWS_SHARED_CREDENTIALS_FILE", profiles.toString()), "plan", "-f", folder.toString());
        assertThat(said.is(2).out())
                .contains("note: calls of planned do not go to two, which lacks a certificate of parity: there is none")
                .doesNotContain("do not go to one");
        String json = weft.run(
                        Map.of("AWS_SHARED_CREDENTIALS_FILE", profiles.toString()),
                        "plan",
                        "-f",
                        folder.toString(),
                        "-o",
                        "json")
                .is(2)
                .out();
        assertThat(json.getBytes(StandardCharsets.UTF_8)).isNotEmpty();
        assertThat(json).containsPattern("\"withheld\"\\s*:\\s*\\[\\s*\\{[^}]*\"two\"");
    }
}
