// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.testkit.FakeImageFolders;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
    @TempDir
    Path folder;

    private Path code;
    private Staging staging;

    @BeforeEach
    void someCode() throws Exception {
        code = Files.createDirectories(folder.resolve("code"));
        Files.writeString(code.resolve("server.mjs"), "one");
        staging = new Staging(folder.resolve("staged"), new FakeImageFolders(), 4, 100);
    }

    @Test
    void theSameCodeHasTheSameHashAndAChangeAnother() throws Exception {
        Staging.Staged first = staging.stage(deployment(Map.of()));
        Staging.Staged again = staging.stage(deployment(Map.of()));
        Files.writeString(code.resolve("server.mjs"), "two");
        Staging.Staged changed = staging.stage(deployment(Map.of()));

        assertThat(again).isEqualTo(first);
        assertThat(changed.hash()).isNotEqualTo(first.hash());
        assertThat(staging.stage(deployment(Map.of("A", "1"))).hash()).isNotEqualTo(changed.hash());
    }

    @Test
    void aFolderThatHasTheCopiesInItIsRefused() {
        Staging within = new Staging(code.resolve("home/code"), new FakeImageFolders(), 4, 100);

        assertThatThrownBy(() -> within.stage(deployment(Map.of())))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("has Weft's own folder")
                .hasMessageContaining("WEFT_HOME");
        assertThat(code.resolve("home/code/greeter"))
                .satisfiesAnyOf(each -> assertThat(each).doesNotExist(), each -> assertThat(each)
                        .isEmptyDirectory());
    }

    @Test
    void aCopyGoesWithItsLastUser() {
        Staging.Staged first = staging.stage(deployment(Map.of()));
        staging.retain(first);

        staging.release(first);
        assertThat(first.folder()).exists();

        staging.release(first);
        assertThat(first.folder()).doesNotExist();
    }

    @Test
    void aLinkOutOfTheFolderIsRefusedAndOneInsideIsKept() throws Exception {
        Files.createSymbolicLink(code.resolve("inside"), code.resolve("server.mjs"));
        assertThat(staging.stage(deployment(Map.of())).folder().resolve("inside"))
                .hasContent("one");

        Files.createSymbolicLink(code.resolve("outside"), Path.of("/etc/passwd"));
        refused("leads out of the folder");
    }

    @Test
    void moreFilesThanTheLimitAreRefused() throws Exception {
        for (int i = 0; i < 4; i++) {
            Files.writeString(code.resolve("more-" + i), "x");
        }

        refused("more than 4 files");
    }

    @Test
    void moreBytesThanTheLimitAreRefused() throws Exception {
        Files.write(code.resolve("large"), new byte[101]);

        refused("more than 100 bytes");
    }

    @Test
    void versionControlIsLeftOut() throws Exception {
        Files.createDirectories(code.resolve(".git"));
        Files.writeString(code.resolve(".git/config"), "x");

        assertThat(staging.stage(deployment(Map.of())).folder().resolve(".git")).doesNotExist();
    }

    private void refused(String why) {
        assertThatThrownBy(() -> staging.stage(deployment(Map.of())))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining(why);
    }

    private FunctionCloud.Deployment deployment(Map<String, String> env) {
        return new FunctionCloud.Deployment(
                SampleFunction.http("shop", "node", "server.mjs").function(), code, env);
    }
}
