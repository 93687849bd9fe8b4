// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Shelf;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store must do with what vendors' clients keep. */
abstract class ShelfContract extends EventsContract {
    private static final String KIND = "vendor/thing";

    @Test
    void whatIsPutIsThereForItsNamespaceAlsoAfterwards() throws Exception {
        Shelf shelf = store().shelf();
        Shelf.Item put = shelf.change("a", desk -> desk.put(KIND, "One ç", "{\"v\":1}"));
        shelf.change("a", desk -> desk.put(KIND, "other", "x"));
        shelf.change("a", desk -> desk.put("vendor/else", "One ç", "y"));
        assertThat(shelf.find("a", KIND, "One ç")).isEqualTo(put);
        assertThat(shelf.list("a", KIND)).extracting(Shelf.Item::name).containsExactly("One ç", "other");
        assertThat(shelf.list("b", KIND)).isEmpty();
        assertThat(shelf.find("b", KIND, "One ç")).isNull();
        shelf.change("a", desk -> {
            desk.remove(KIND, "other");
            return desk.put(KIND, "One ç", "2");
        });
        try (Store again = open()) {
            assertThat(again.shelf().list("a", KIND))
                    .extracting(Shelf.Item::text)
                    .containsExactly("2");
        }
        assertThat(put.toString()).contains("One ç").doesNotContain("\"v\"");
    }

    @Test
    void aChangeThatIsRefusedChangesNothing() {
        Shelf shelf = store().shelf();
        shelf.change("a", desk -> desk.put(KIND, "kept", "1"));
        assertThatThrownBy(() -> shelf.change("a", desk -> {
                    desk.remove(KIND, "kept");
                    Shelf.Item ignored = desk.put(KIND, "new", "2");
                    throw new IllegalArgumentException("no");
                }))
                .hasMessage("no");
        assertThat(shelf.list("a", KIND)).extracting(Shelf.Item::name).containsExactly("kept");
    }

    @Test
    void nobodyChangesMeanwhile() throws Exception {
        Shelf shelf = store().shelf();
        shelf.change("a", desk -> desk.put(KIND, "count", "0"));
        Callable<Shelf.Item> more = () -> shelf.change(
                "a",
                desk -> desk.put(
                        KIND,
                        "count",
                        Integer.toString(1
                                + Integer.parseInt(Objects.requireNonNull(desk.find(KIND, "count"))
                                        .text()))));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Shelf.Item> each : threads.invokeAll(Collections.nCopies(40, more))) {
                assertThat(each.get().name()).isEqualTo("count");
            }
        }
        assertThat(Objects.requireNonNull(shelf.find("a", KIND, "count")).text())
                .isEqualTo("40");
    }

    @Test
    void aNamespaceHasSoManyThingsAndBytes() {
        Shelf shelf = store().shelf(2, 10);
        shelf.change("a", desk -> desk.put(KIND, "one", "12345"));
        assertThatThrownBy(() -> shelf.change("a", desk -> desk.put(KIND, "two", "123456")))
                .isInstanceOf(Shelf.FullException.class)
                .hasMessageContaining("more than 10 bytes");
        shelf.change("a", desk -> desk.put(KIND, "two", "12345"));
        shelf.change("a", desk -> desk.put(KIND, "two", "123"));
        assertThatThrownBy(() -> shelf.change("a", desk -> desk.put(KIND, "three", "")))
                .isInstanceOf(Shelf.FullException.class)
                .hasMessageContaining("has 2");
        shelf.change("b", desk -> desk.put(KIND, "one", "1"));
        assertThat(List.of(Shelf.ITEMS_MAX, (int) (Shelf.BYTES_MAX >> 20))).containsExactly(4_000, 64);
    }
}
