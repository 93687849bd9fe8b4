// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.control.CodeWatcher.Changes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CodeWatcherIT {
    @TempDir
    Path folder;

    private final LinkedBlockingQueue<Changes> told = new LinkedBlockingQueue<>();
    private Workspace workspace;
    private CodeWatcher watcher;

    @BeforeEach
    void open() {
        workspace = new Workspace(folder);
        workspace.write("catalog/server.js", "");
        workspace.write("weft.yaml", Workspace.ALL);
        watcher = CodeWatcher.open(
                Map.of("checkout", folder.resolve("checkout"), "catalog", folder.resolve("catalog")),
                Set.of(folder.resolve("weft.yaml")),
                told::add);
    }

    @AfterEach
    void close() {
        watcher.close();
    }

    @Test
    void manySavesInARowAreToldOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            workspace.write("checkout/index.js", "version " + i);
        }

        assertThat(next()).isEqualTo(new Changes(Set.of("checkout"), Set.of()));
        assertThat(told.poll(400, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aSaveByRenamingIsTold() throws Exception {
        Path draft = workspace.write(".weft.yaml.draft", Workspace.CLOUD);
        Files.move(draft, folder.resolve("weft.yaml"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(next()).isEqualTo(new Changes(Set.of(), Set.of(folder.resolve("weft.yaml"))));
    }

    @Test
    void aNewDocumentBesideIsTold() throws Exception {
        workspace.write("more.yaml", Workspace.CLOUD);

        assertThat(next().documents()).containsExactly(folder.resolve("more.yaml"));
    }

    @Test
    void foldersMadeLaterAreWatchedToo() throws Exception {
        workspace.write("catalog/lib/deep/a.js", "");
        assertThat(next().functions()).containsExactly("catalog");

        workspace.write("catalog/lib/deep/a.js", "changed");

        assertThat(next().functions()).containsExactly("catalog");
    }

    @Test
    void aFolderThatIsReplacedIsWatchedAgain() throws Exception {
        Files.move(folder.resolve("checkout"), folder.resolve("old"));
        assertThat(next().functions()).containsExactly("checkout");
        workspace.write("checkout/index.js", "again");
        assertThat(next().functions()).containsExactly("checkout");

        workspace.write("checkout/index.js", "and again");

        assertThat(next().functions()).containsExactly("checkout");
    }

    @Test
    void whatIsNotCodeIsNotTold() throws Exception {
        workspace.write("checkout/.git/HEAD", "ref");
        workspace.write("notes.txt", "beside");

        assertThat(told.poll(400, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aListenerThatFailsHearsTheNextChange() throws Exception {
        watcher.close();
        watcher = CodeWatcher.open(Map.of("checkout", folder.resolve("checkout")), Set.of(), changes -> {
            told.add(changes);
            throw new IllegalStateException("on purpose");
        });
        workspace.write("checkout/index.js", "1");
        next();
        workspace.write("checkout/index.js", "2");

        assertThat(next().functions()).containsExactly("checkout");
    }

    @Test
    void anotherTargetReplacesTheFirst() throws Exception {
        watcher.retarget(Map.of("catalog", folder.resolve("catalog")), Set.of());
        workspace.write("checkout/index.js", "unseen");
        workspace.write("catalog/server.js", "seen");

        assertThat(next()).isEqualTo(new Changes(Set.of("catalog"), Set.of()));
    }

    private Changes next() throws InterruptedException {
        Changes changes = told.poll(10, TimeUnit.SECONDS);
        assertThat(changes).isNotNull();
        return changes;
    }
}
