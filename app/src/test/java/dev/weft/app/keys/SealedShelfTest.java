// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Shelf;
import dev.weft.app.cli.CliException;
import dev.weft.app.home.Home;
import dev.weft.testkit.MemoryShelf;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedShelfTest {
    private static final String KIND = "google/secret";

    @TempDir
    private Path folder;

    private final Shelf below = new MemoryShelf();

    @SuppressWarnings("NullAway.Init") // before each test
    private Shelf shelf;

    @BeforeEach
    void open() {
        Map<String, String> environment = Map.of("WEFT_HOME", folder.toString());
        shelf = new SealedShelf(below, Seal.of(environment, Home.of(environment)));
    }

    private static Shelf.Item put(Shelf on, String namespace, String kind, String name, String text) {
        return on.change(namespace, desk -> desk.put(kind, name, text));
    }

    @Test
    void secretsLieSealedAndEverythingElseAsItIs() {
        assertThat(put(shelf, "default", KIND, "one", "the value").text()).isEqualTo("the value");
        assertThat(shelf.list("default", KIND)).extracting(Shelf.Item::text).containsExactly("the value");
        assertThat(shelf.find("default", KIND, "one"))
                .isNotNull()
                .extracting(Shelf.Item::text)
                .isEqualTo("the value");
        String seen = shelf.change(
                "default",
                desk -> desk.list(KIND).getFirst().text()
                        + Objects.requireNonNull(desk.find(KIND, "one")).text());
        assertThat(seen).isEqualTo("the valuethe value");
        assertThat(below.list("default", KIND).getFirst().text()).doesNotContain("value");
        Shelf.Item plain = put(shelf, "default", "openwhisk/rule", "one", "plain");
        assertThat(below.list("default", "openwhisk/rule")).containsExactly(plain);
        boolean gone = shelf.change("default", desk -> {
            desk.remove(KIND, "one");
            return desk.find(KIND, "one") == null;
        });
        assertThat(gone).isTrue();
        assertThat(shelf.find("default", KIND, "one")).isNull();
    }

    @Test
    void whatWasSealedUnderOneNameOrNamespaceOpensUnderNoOther() {
        Shelf.Item ignored = put(shelf, "default", KIND, "one", "the value");
        String sealed = below.list("default", KIND).getFirst().text();
        Shelf.Item two = put(below, "default", KIND, "two", sealed);
        Shelf.Item other = put(below, "other", KIND, "one", sealed);
        assertThat(two.text()).isEqualTo(other.text());
        assertThatThrownBy(() -> shelf.find("default", KIND, "two")).isInstanceOf(CliException.class);
        assertThatThrownBy(() -> shelf.list("other", KIND)).isInstanceOf(CliException.class);
    }
}
