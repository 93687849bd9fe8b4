// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.ImagePlan;
import dev.weft.api.account.Progress;
import dev.weft.api.resource.Function.Architecture;
import dev.weft.testkit.RealRegistry;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images into a registry that others wrote, and what is said where that does not work. */
@Tag("system")
@Timeout(120)
class JibImagesIT {
    private static final String TAG = "weft-0";
    private static final int BIG = 8 << 20;

    @TempDir
    private static Path registries;

    private static RealRegistry registry;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        registry = RealRegistry.open(registries.resolve("open"));
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    private JibImages images(Map<String, String> environment) throws IOException {
        return new JibImages(Files.createTempDirectory(folder, "layers"), environment, folder.resolve("home"));
    }

    private ImagePlan plan(String repository, String base) throws IOException {
        return plan(repository, base, Architecture.AMD64, "hello".getBytes(StandardCharsets.UTF_8));
    }

    private ImagePlan plan(String repository, String base, Architecture architecture, byte[] content)
            throws IOException {
        Path copies = Files.createTempDirectory(folder, "copies");
        Path code = Files.write(copies.resolve("0"), content);
        Path program = Files.writeString(copies.resolve("1"), "#!/bin/sh\n");
        List<ImagePlan.Entry> files =
                List.of(new ImagePlan.Entry("lib/code.txt", code, false), new ImagePlan.Entry("start", program, true));
        return new ImagePlan(repository, TAG, base, architecture, files, List.of("./start", "now"));
    }

    private static String text(String path, String accept) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + registry.host() + "/v2/" + path))
                .header("accept", accept)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private CloudException fails(JibImages images, ImagePlan plan) {
        return catchThrowableOfType(CloudException.class, () -> images.push(plan, Progress.NONE));
    }

    @Test
    void theSamePlanIsTheSameImageWheneverAndWhereverItIsMade() throws Exception {
        JibImages images = images(Map.of());
        assertThat(images.find(registry.host() + "/shop/same", TAG)).isNull();
        String first = images.push(plan(registry.host() + "/shop/same", ImagePlan.SCRATCH), Progress.NONE);
        assertThat(images.find(registry.host() + "/shop/same", TAG))
                .isEqualTo(first)
                .matches("sha256:[0-9a-f]{64}");
        assertThat(images.find(registry.host() + "/shop/same", "weft-1")).isNull();
        ImagePlan again = plan(registry.host() + "/elsewhere/other", ImagePlan.SCRATCH);
        Files.setLastModifiedTime(again.files().getFirst().content(), FileTime.from(Instant.EPOCH));
        assertThat(images(Map.of()).push(again, Progress.NONE)).isEqualTo(first);
        String manifest = text("shop/same/manifests/" + TAG, "application/vnd.docker.distribution.manifest.v2+json");
        String config = manifest.replaceFirst("(?s).*\"config\":\\{[^}]*\"digest\":\"(sha256:[0-9a-f]+)\".*", "$1");
        assertThat(text("shop/same/blobs/" + config, "*/*"))
                .contains("\"Entrypoint\":[\"./start\",\"now\"]", "\"WorkingDir\":\"/function\"", "\"User\":\"1000\"")
                .contains("\"architecture\":\"amd64\"");
    }

    @Test
    void anImageIsMadeUponAnother() throws Exception {
        JibImages images = images(Map.of());
        String base = registry.host() + "/base/thing";
        images.push(plan(base, ImagePlan.SCRATCH), Progress.NONE);
        String upon = registry.host() + "/shop/upon";
        String digest = images.push(plan(upon, base + ':' + TAG), Progress.NONE);
        assertThat(images(Map.of()).push(plan(upon, base + ':' + TAG), Progress.NONE))
                .isEqualTo(digest);
        assertThat(text("shop/upon/manifests/" + TAG, "application/vnd.docker.distribution.manifest.v2+json"))
                .containsPattern("(?s)rootfs.diff.*rootfs.diff");
        assertThat(fails(images, plan(upon, base + ":none")))
                .hasMessageContaining("looking for base image " + base + ":none: there is none")
                .hasMessageContaining("code.base");
        assertThat(fails(images, plan(upon, base + ':' + TAG, Architecture.ARM64, new byte[1])))
                .hasMessageContaining("there is none for spec.architecture arm64");
    }

    @Test
    void whoMayNotPushIsToldSo() throws Exception {
        try (RealRegistry guarded = RealRegistry.guarded(folder.resolve("guarded"))) {
            ImagePlan plan = plan(guarded.host() + "/shop/guarded", ImagePlan.SCRATCH);
            CloudException refused = fails(images(Map.of()), plan);
            assertThat(refused.kind()).isEqualTo(Kind.DENIED);
            assertThat(refused)
                    .hasMessageContaining("pushing image " + guarded.host() + "/shop/guarded:" + TAG)
                    .hasMessageContaining("docker login " + guarded.host());
            CloudException wrong = fails(images(login(guarded, "not-the-password")), plan);
            assertThat(wrong.kind()).isEqualTo(Kind.DENIED);
            assertThat(wrong).hasMessageNotContaining("not-the-password");
            JibImages known = images(login(guarded, RealRegistry.PASSWORD));
            assertThat(known.find(guarded.host() + "/shop/guarded", TAG)).isNull();
            String digest = known.push(plan, Progress.NONE);
            assertThat(known.find(guarded.host() + "/shop/guarded", TAG)).isEqualTo(digest);
        }
    }

    private Map<String, String> login(RealRegistry guarded, String password) throws IOException {
        String auth = Base64.getEncoder()
                .encodeToString((RealRegistry.USER + ':' + password).getBytes(StandardCharsets.UTF_8));
        Path docker = Files.createTempDirectory(folder, "docker");
        Files.writeString(
                docker.resolve("config.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(guarded.host(), auth));
        return Map.of("DOCKER_CONFIG", docker.toString());
    }

    @Test
    void aPushThatIsCutOffLeavesNoImage() throws Exception {
        byte[] big = new byte[BIG];
        new Random(7).nextBytes(big);
        try (CutOff way = new CutOff(registry.port(), BIG / 2)) {
            ImagePlan plan = plan("127.0.0.1:" + way.port() + "/shop/cut", ImagePlan.SCRATCH, Architecture.AMD64, big);
            CloudException cut = fails(images(Map.of()), plan);
            assertThat(cut)
                    .hasMessageContaining("pushing image 127.0.0.1:" + way.port() + "/shop/cut")
                    .hasMessageContaining("apply again");
            assertThat(way.cut()).isTrue();
        }
        JibImages images = images(Map.of());
        assertThat(images.find(registry.host() + "/shop/cut", TAG)).isNull();
        ImagePlan whole = plan(registry.host() + "/shop/cut", ImagePlan.SCRATCH, Architecture.AMD64, big);
        assertThat(images.push(whole, Progress.NONE)).isEqualTo(images.find(registry.host() + "/shop/cut", TAG));
    }

    @Test
    void whatDoesNotAnswerIsNamed() throws Exception {
        int free;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = nobody.getLocalPort();
        }
        CloudException closed = fails(images(Map.of()), plan("127.0.0.1:" + free + "/shop/x", ImagePlan.SCRATCH));
        assertThat(closed.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(closed).hasMessageContaining("127.0.0.1:" + free + " does not answer");
        CloudException unknown = fails(images(Map.of()), plan("registry.invalid/shop/x", ImagePlan.SCRATCH));
        assertThat(unknown.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(unknown).hasMessageContaining("no address is known of registry.invalid");
        CloudException base =
                fails(images(Map.of()), plan(registry.host() + "/shop/x", "registry.invalid/library/node:20-slim"));
        assertThat(base)
                .hasMessageContaining("looking for base image registry.invalid/library/node:20-slim")
                .hasMessageContaining("no address is known of registry.invalid");
    }

    @Test
    void plainHttpIsSpokenToThisMachineOnly() throws Exception {
        String address = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .findFirst()
                .orElseThrow(() -> new AssertionError("this machine has no address but its own"));
        try (RealRegistry exposed = RealRegistry.exposed(folder.resolve("exposed"))) {
            String host = address + ':' + exposed.port();
            JibImages images = images(Map.of());
            CloudException refused = fails(images, plan(host + "/shop/x", ImagePlan.SCRATCH));
            assertThat(refused).hasMessageContaining("plain HTTP is spoken to registries on this machine only");
            // neither as the base's, though the target's is on this machine
            assertThat(images.push(plan(exposed.host() + "/base/thing", ImagePlan.SCRATCH), Progress.NONE))
                    .startsWith("sha256:");
            assertThat(fails(images, plan(registry.host() + "/shop/x", host + "/base/thing:" + TAG)))
                    .hasMessageContaining("plain HTTP is spoken to registries on this machine only");
        }
    }
}
