// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.JdkTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packages in Azurite, the vendor's own emulator of Blob Storage, which checks every signature. */
@Tag("system")
@Timeout(900)
class AzuriteIT {
    private static final String VERSION = "3.35.0";
    /** Where WEFT_CLIENTS says, which may outlive a build. */
    private static final Path INSTALLED = Path.of(
                    System.getenv().getOrDefault("WEFT_CLIENTS", "target"), "azurite-" + VERSION)
            .toAbsolutePath();

    private static final long INSTALL_MINUTES_MAX = 10;
    private static final long START_SECONDS_MAX = 60;
    private static final long STOP_SECONDS_MAX = 10;

    /** The account and the key that Azurite is known by. */
    private static final SharedKey KEY = new SharedKey(
            "devstoreaccount1",
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");

    private static final String FIRST = "a".repeat(40);
    private static final String SECOND = "b".repeat(40);
    private static final byte[] CODE = "not really a zip".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path folder;

    private static Process process;
    private static URI endpoint;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(INSTALLED);
        if (!Files.exists(INSTALLED.resolve("done"))) {
            Files.writeString(INSTALLED.resolve("package.json"), "{\"private\":true}");
            Process npm = run(
                    "install.log",
                    "npm",
                    "install",
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund",
                    "azurite@" + VERSION);
            assertThat(npm.waitFor(INSTALL_MINUTES_MAX, TimeUnit.MINUTES) && npm.exitValue() == 0)
                    .as("Azurite comes by npm; it said: %s", Files.readString(folder.resolve("install.log")))
                    .isTrue();
            Files.createFile(INSTALLED.resolve("done"));
        }
        int port = free();
        endpoint = URI.create("http://127.0.0.1:" + port + "/" + KEY.account());
        process = run(
                "azurite.log",
                "node",
                INSTALLED.resolve("node_modules/azurite/dist/src/blob/main.js").toString(),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                "" + port,
                "--location",
                folder.resolve("data").toString(),
                "--disableTelemetry",
                "--silent");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                stop();
                throw new AssertionError("Azurite does not run: " + Files.readString(folder.resolve("azurite.log")));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (process != null) {
            process.destroy();
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static Process run(String log, String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(INSTALLED.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start();
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

    private static Packages packages(SharedKey key) {
        return new Packages(
                key,
                endpoint,
                new CloudVendor.Around(new JdkTransport(), Map.of(), folder, InstantSource.system()),
                time -> {});
    }

    @Test
    void packagesArePutFoundReadListedAndTakenAway() {
        Packages packages = packages(KEY);
        assertThat(packages.list("shop")).isEmpty();
        assertThat(packages.has("shop", FIRST)).isFalse();

        packages.put("shop", FIRST, CODE);
        packages.put("shop", SECOND, new byte[0]);
        packages.put("shop", FIRST, CODE);
        packages.put("shopkeeper", FIRST, CODE);

        assertThat(packages.has("shop", FIRST)).isTrue();
        assertThat(packages.get("shop", FIRST)).isEqualTo(CODE);
        List<Packages.Kept> kept = packages.list("shop");
        assertThat(kept).extracting(Packages.Kept::hash).containsExactlyInAnyOrder(FIRST, SECOND);
        assertThat(kept).allSatisfy(each -> assertThat(each.put())
                .isBeforeOrEqualTo(Instant.now().plusSeconds(5)));

        packages.delete("shop", SECOND);
        packages.delete("shop", SECOND);
        assertThat(packages.has("shop", SECOND)).isFalse();
        assertThat(packages.has("shopkeeper", FIRST)).isTrue();
    }

    @Test
    void whoeverHasTheAddressReadsThatPackageAndNoOther() throws Exception {
        Packages packages = packages(KEY);
        packages.put("one", FIRST, CODE);
        packages.put("one", SECOND, CODE);

        String address = packages.address("one", FIRST);
        assertThat(Packages.hash(address)).isEqualTo(FIRST);
        assertThat(status(address, "GET")).isEqualTo(200);
        assertThat(status(address.replace(FIRST, SECOND), "GET")).isEqualTo(403);
        assertThat(status(address, "DELETE")).isEqualTo(403);
        assertThat(status(address.substring(0, address.indexOf('?')), "GET")).isIn(403, 404, 409);
    }

    /** What an app on a Flex plan runs from: the mark is another after each write, and the same where nothing was written. */
    @Test
    void containersOfFlexAppsAreMadeMarkedReadAndDropped() {
        Releases releases = new Releases(
                new Storage(KEY, endpoint, endpoint, endpoint),
                new CloudVendor.Around(new JdkTransport(), Map.of(), folder, InstantSource.system()),
                time -> {});
        var site = tools.jackson.databind.json.JsonMapper.shared().createObjectNode();
        site.put("name", "shop")
                .putObject("properties")
                .putObject("functionAppConfig")
                .putObject("deployment")
                .putObject("storage")
                .put("value", releases.address("shop").toString());
        String absent = releases.mark(site);
        releases.create("shop");
        releases.create("shop");
        assertThat(releases.mark(site)).isEqualTo(absent);
        assertThatThrownBy(() -> releases.newest(site)).hasMessageContaining("no zip file");
        Blobs container = new Blobs(
                KEY,
                endpoint,
                Releases.container("shop"),
                new CloudVendor.Around(new JdkTransport(), Map.of(), folder, InstantSource.system()),
                time -> {});
        container.put("released-package.zip", CODE);
        String first = releases.mark(site);
        assertThat(first).isNotEqualTo(absent).isEqualTo(releases.mark(site));
        assertThat(releases.newest(site)).isEqualTo(CODE);
        container.put("released-package.zip", CODE);
        assertThat(releases.mark(site)).isNotEqualTo(first);
        releases.drop("shop");
        releases.drop("shop");
        assertThat(releases.mark(site)).isEqualTo(absent);
    }

    private static int status(String address, String method) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void aWrongKeyIsDenied() {
        Packages packages = packages(new SharedKey(KEY.account(), "d3Jvbmc="));
        assertThatThrownBy(() -> packages.put("one", FIRST, CODE))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.DENIED))
                .hasMessageNotContaining("d3Jvbmc=");
    }
}
