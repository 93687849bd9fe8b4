// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends ShelfContract {
    @TempDir
    Path folder;

    @Override
    Store open() {
        return Store.embedded(folder.resolve("home/weft.db"));
    }

    @Override
    String place() {
        return folder.resolve("home/weft.db").toString();
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
    void manyMayMakeTheSameFileAtOnce() throws Exception {
        Path file = folder.resolve("new.db");
        List<Callable<Long>> many = Collections.nCopies(6, () -> {
            try (Store each = Store.embedded(file)) {
                return each.budgets().take("a", "b", 1, 10);
            }
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (Future<Long> each : threads.invokeAll(many)) {
                assertThat(each.get()).isEqualTo(1);
            }
        }
    }

    @Test
    void aFileThatIsNoStoreIsRefusedWithItsName() throws Exception {
        Path file = Files.writeString(
                folder.resolve("other.db"), "this is no database, only a long enough text".repeat(50));
        assertThatThrownBy(() -> Store.embedded(file)).isInstanceOf(StoreException.class);
    }

    @Test
    void theStoreOfANewerWeftIsRefusedAndOneOfThisWeftIsNotAskedMore() throws Exception {
        open().close();
        open().close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("home/weft.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO weft_schema (installed_rank, version, description, type, script, checksum,"
                            + " installed_by, execution_time, success) VALUES (9, '9', 'newer', 'SQL', 'V9__newer.sql', 1, 'w', 1, 1)");
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("can't be brought up to date")
                .hasMessageContaining("9");
    }

    @Test
    void theNewestMigrationIsKnownByItsNumber() throws Exception {
        URL migrations = Objects.requireNonNull(Migrations.class.getResource("migrations"));
        try (Stream<Path> files = Files.list(Path.of(migrations.toURI()))) {
            assertThat(files.map(each -> each.getFileName().toString().replaceAll("^V(\\d+)__.*", "$1"))
                            .max(Comparator.comparingInt(Integer::parseInt)))
                    .contains(Migrations.NEWEST);
        }
    }

    @Test
    void urlsThatNameNoStoreOrHoldAPasswordAreRefused() {
        assertThatThrownBy(() -> Store.at(URI.create("mysql://host/db"), null)).hasMessageContaining("postgresql://");
        assertThatThrownBy(() -> Store.at(URI.create("postgresql://ada:secret@host/db"), null))
                .hasMessageContaining("PGPASSWORD")
                .hasMessageNotContaining("secret");
    }
}
