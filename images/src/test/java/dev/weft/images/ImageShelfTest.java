// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.spi.ImageFolders.ImageFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageShelfTest {
    private static final String CONFIGURATION =
            "{\"os\":\"linux\",\"config\":{\"Env\":[\"A=1=2\",\"PATH=/bin\"],\"Entrypoint\":[\"/start\"],\"Cmd\":[\"now\"],\"WorkingDir\":\"app\"}}";

    @TempDir
    private Path folder;

    private final AtomicLong seconds = new AtomicLong();
    private ImageShelf shelf;

    @BeforeEach
    void open() {
        shelf = new ImageShelf(folder.resolve("images"), 2, () -> Instant.ofEpochSecond(seconds.addAndGet(10)));
    }

    private static String digest(int number) {
        return "sha256:%064x".formatted(number);
    }

    private ImageFolder put(int number) throws IOException {
        return shelf.put(digest(number), digest(number), ImageShelfTest::fill);
    }

    private static byte[] fill(RootFolder root, Path scratch) throws IOException {
        Files.writeString(root.path().resolve("file"), "content");
        Files.writeString(scratch.resolve("layer"), "packed");
        return CONFIGURATION.getBytes(StandardCharsets.UTF_8);
    }

    private String names() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("images"))) {
            return all.map(each -> each.getFileName().toString().replaceAll("0{8,}", "-"))
                    .sorted()
                    .toList()
                    .toString();
        }
    }

    @Test
    void anImageIsThereWithWhatItsConfigurationSays() throws Exception {
        ImageFolder image = put(1);

        assertThat(image.root().resolve("file")).hasContent("content");
        assertThat(image.command()).containsExactly("/start", "now");
        assertThat(image.env()).containsEntry("A", "1=2").containsEntry("PATH", "/bin");
        assertThat(image.workingFolder()).hasToString("/app");
        assertThat(shelf.find(digest(1))).isEqualTo(image);
        assertThat(names()).isEqualTo("[locks, sha256--1]");
    }

    @Test
    void ofAListTheImageIsFoundByTheListsDigest() throws Exception {
        ImageFolder image = shelf.put(digest(1), digest(7), ImageShelfTest::fill);

        assertThat(shelf.find(digest(7))).isEqualTo(image);
        assertThat(shelf.find(digest(8))).isNull();
    }

    @Test
    void whatFailsLeavesNothing() throws Exception {
        assertThatThrownBy(() -> shelf.put(digest(1), digest(1), (root, scratch) -> {
                    Files.writeString(root.path().resolve("file"), "half");
                    throw new IOException("cut off");
                }))
                .hasMessage("cut off");

        assertThat(shelf.find(digest(1))).isNull();
        assertThat(names()).isEqualTo("[locks]");
    }

    @Test
    void ofMoreThanMayBeKeptTheOneUsedLongestAgoGoesAndNeverOneInUse() throws Exception {
        ImageFolder first = put(1);
        ImageFolder second = put(2);
        ImageFolder third = shelf.put(digest(3), digest(9), ImageShelfTest::fill);
        shelf.tidy();
        assertThat(names()).as("all are used").contains("sha256--1", "sha256--2", "sha256--3");

        shelf.release(second);
        shelf.release(third);
        ImageFolder again = Objects.requireNonNull(shelf.find(digest(2)));
        shelf.release(again);
        shelf.tidy();

        assertThat(names()).isEqualTo("[locks, sha256--1, sha256--2]");
        assertThat(first.root()).exists();
        assertThat(shelf.find(digest(9))).isNull();
    }

    @Test
    void whatADeadWeftWasUnpackingIsSweptAway() throws Exception {
        Files.writeString(
                Files.createDirectories(folder.resolve("images/incoming-1-1/root"))
                        .resolve("file"),
                "half");
        open();

        assertThat(names()).isEqualTo("[locks]");
    }
}
