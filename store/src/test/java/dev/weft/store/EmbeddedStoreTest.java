// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends StoreContract {
    @TempDir
    Path folder;

    @Override
    Store open() {
        return Store.embedded(folder.resolve("home/weft.db"));
    }

    @Test
    void twoProcessesMayUseTheSameFile() {
        try (Store other = open();
                Store another = open()) {
            assertThat(other.budgets().take("a", "b", 6, 10)).isEqualTo(6);
            assertThat(another.budgets().take("a", "b", 6, 10)).isEqualTo(4);
        }
    }

    @Test
    void aFileThatIsNoStoreIsRefusedWithItsName() throws Exception {
        Path file = Files.writeString(
                folder.resolve("other.db"), "this is no database, only a long enough text".repeat(50));
        assertThatThrownBy(() -> Store.embedded(file)).isInstanceOf(StoreException.class);
    }

    @Test
    void urlsThatNameNoStoreOrHoldAPasswordAreRefused() {
        assertThatThrownBy(() -> Store.at(URI.create("mysql://host/db"), null)).hasMessageContaining("postgresql://");
        assertThatThrownBy(() -> Store.at(URI.create("postgresql://ada:secret@host/db"), null))
                .hasMessageContaining("PGPASSWORD")
                .hasMessageNotContaining("secret");
    }
}
