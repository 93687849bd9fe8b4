// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.CloudException;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnpackedImagesIT {
    private static final String CONFIGURATION =
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/start\"]}}";
    private static final String HERE = System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";

    @TempDir
    private Path folder;

    private final List<String> said = new ArrayList<>();
    private PlayedRegistry registry;
    private UnpackedImages images;

    @BeforeEach
    void start() throws IOException {
        registry = new PlayedRegistry();
        images = images(UnpackedImages.LIMITS);
    }

    @AfterEach
    void stop() throws IOException {
        registry.close();
    }

    private UnpackedImages images(UnpackedImages.Limits limits) {
        return new UnpackedImages(
                new ImageShelf(folder.resolve("images"), 2, () -> Instant.EPOCH),
                new Credentials(Map.of(), folder),
                limits,
                said::add);
    }

    private static byte[] layer(String content) throws IOException {
        return new Layer().file("start", content, 0755).packed();
    }

    private String name(String qualifier) {
        return registry.host() + "/shop/hello" + qualifier;
    }

    private CloudException refused(String reference) {
        CloudException failure = catchThrowableOfType(CloudException.class, () -> images.of(reference));
        assertThat(failure).as(reference).isNotNull();
        return failure;
    }

    private void refused(String qualifier, String why) {
        CloudException failure = refused(name(qualifier));
        assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(CloudException.Kind.INVALID);
        assertThat(failure).hasMessageContaining(name(qualifier)).hasMessageContaining(why);
    }

    @Test
    void aTagIsLookedUpEachTimeAndADigestThatIsThereIsNot() throws Exception {
        String first = registry.put("1", CONFIGURATION, layer("one"));
        ImageFolder one = images.of(name(":1"));
        assertThat(one.digest()).isEqualTo(first);
        assertThat(one.root().resolve("start")).hasContent("one").isExecutable();
        assertThat(one.command()).containsExactly("/start");
        assertThat(said).containsExactly("fetching image " + name(":1") + ": 1 layers, 1 MiB");

        String second = registry.put("1", CONFIGURATION, layer("two"));
        assertThat(images.of(name(":1")).digest()).isEqualTo(second);
        registry.asked().clear();
        registry.close();
        assertThat(images.of(name("@" + first)).root()).isEqualTo(one.root());
        assertThat(registry.asked()).isEmpty();
        CloudException away = refused(name(":1"));
        assertThat(away.kind()).isEqualTo(CloudException.Kind.UNREACHABLE);
        assertThat(away).hasMessageContaining("fetching image " + name(":1")).hasMessageContaining("does not answer");
    }

    @Test
    void ofAListTheOneForThisMachineIsTakenAndFoundByTheListsDigest() throws Exception {
        String own = registry.put("own", CONFIGURATION, layer("one"));
        String list = registry.putList("all", HERE, own);
        registry.putList("other", "riscv64", own);

        assertThat(images.of(name("@" + list)).digest()).isEqualTo(own);
        refused(":other", "has none for this machine, linux/" + HERE);
        registry.close();
        assertThat(images.of(name("@" + list)).digest()).isEqualTo(own);
    }

    @Test
    void whatHasAnotherDigestIsNotUnpacked() throws Exception {
        byte[] right = layer("one");
        String digest = registry.put("1", CONFIGURATION, right);
        registry.lieOfBlob(registry.blob(right), layer("evil"));
        CloudException lied = refused(name(":1"));
        assertThat(lied).hasMessageContaining("digest");

        registry.put("2", CONFIGURATION, layer("two"));
        registry.lieOfManifest(digest, "2");
        refused("@" + digest, "a manifest of another digest");
        String list = registry.putList("all", HERE, digest);
        refused("@" + list, "a manifest of another digest");
    }

    @Test
    void limitsHoldAndWhatIsNoImageIsTold() throws Exception {
        byte[] layer = layer("one");
        registry.put("1", CONFIGURATION, layer, layer);
        Unpacking.Limits unpacked = new Unpacking.Limits(10, 1 << 20);
        images = images(new UnpackedImages.Limits(1, 1 << 20, 1 << 20, unpacked));
        refused(":1", "more than 1 layers");
        images = images(new UnpackedImages.Limits(2, 10, 1 << 20, unpacked));
        refused(":1", "a part of more than 10 bytes");
        images = images(new UnpackedImages.Limits(2, 1 << 20, layer.length, unpacked));
        refused(":1", "more than " + layer.length + " bytes, packed");
        images = images(new UnpackedImages.Limits(2, 1 << 20, 1 << 20, new Unpacking.Limits(1, 1 << 20)));
        refused(":1", "more than 1 entries");

        images = images(UnpackedImages.LIMITS);
        refused(":none", "has none of that name");
        registry.put("2", "no json", layer);
        refused(":2", "a configuration that is no JSON");
        registry.put("3", "{\"os\":\"windows\"}", layer);
        refused(":3", "is for windows");
        assertThat(refused("HTTP://x").kind()).isEqualTo(CloudException.Kind.INVALID);
    }

    @Test
    void manyAtOnceFetchItOnce() throws Exception {
        registry.put("1", CONFIGURATION, layer("one"));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ImageFolder>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(callers.submit(() -> images.of(name(":1"))));
            }
            for (Future<ImageFolder> each : all) {
                assertThat(each.get().root().resolve("start")).hasContent("one");
            }
        }
        assertThat(said).hasSize(1);
    }
}
