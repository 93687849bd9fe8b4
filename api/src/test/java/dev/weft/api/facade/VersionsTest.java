// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.resource.Cloud;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionsTest {
    private static final Draft BEFORE = new Draft(
            "hello",
            Map.of(),
            Map.of(Versions.PUBLISHED, "3"),
            Map.of("timeout", "3s", "maxInstances", 10),
            Map.of("A", "b"),
            Cloud.Type.AWS);

    private static boolean stillPublished(Edited.Put put) {
        return Versions.settled(BEFORE, put).draft().annotations().containsKey(Versions.PUBLISHED);
    }

    @Test
    void whoeverChangesCodeOrSettingsEndsThatItIsAsItWasPublished() {
        assertThat(stillPublished(new Edited.Put(BEFORE, null))).isTrue();
        assertThat(stillPublished(new Edited.Put(BEFORE.withLabels(Map.of("a", "b")), null)))
                .isTrue();
        assertThat(stillPublished(new Edited.Put(Reserved.put(BEFORE, 2), null)))
                .isTrue();
        assertThat(stillPublished(new Edited.Put(BEFORE.withSpec("events", Map.of("retries", 1)), null)))
                .isTrue();
        assertThat(stillPublished(new Edited.Put(BEFORE.withSpec("timeout", "4s"), null)))
                .isFalse();
        assertThat(stillPublished(new Edited.Put(BEFORE, new byte[1]))).isFalse();
        Draft env = new Draft("hello", Map.of(), BEFORE.annotations(), BEFORE.spec(), Map.of("A", "c"), Cloud.Type.AWS);
        assertThat(stillPublished(new Edited.Put(env, null))).isFalse();
        assertThat(stillPublished(new Edited.Put(env, null, List.of(BEFORE)))).isTrue(); // it is being published
    }

    @Test
    void anImageIsKeptAsCodeIsUntilOtherCodeComes() {
        Draft imaged = BEFORE.withImage("registry.example/hello:1");
        Edited.Put kept = Versions.settled(imaged, new Edited.Put(BEFORE, null));
        assertThat(kept.draft()).isEqualTo(imaged);
        Draft other = BEFORE.withImage("registry.example/hello:2");
        assertThat(Versions.settled(imaged, new Edited.Put(other, null)).draft().image())
                .isEqualTo("registry.example/hello:2");
        assertThat(Versions.settled(imaged, new Edited.Put(BEFORE, new byte[1]))
                        .draft()
                        .image())
                .isNull();
    }

    @Test
    void aVersionTakesOverNothingThatIsOfTheFunctionItself() {
        Draft function = BEFORE.with(Draft.ITSELF + "aws.url", "{}").with("aws.weft.dev/role", "r");
        Versions.Published first = Versions.publish(function);
        assertThat(first.version().annotations())
                .isEqualTo(Map.of(
                        "aws.weft.dev/role",
                        "r",
                        Draft.NAME,
                        "hello",
                        Draft.VERSION_OF,
                        "hello",
                        Versions.VERSION,
                        "1"));
        assertThat(first.function().annotations())
                .containsEntry(Versions.PUBLISHED, "1")
                .containsKey(Draft.ITSELF + "aws.url");
        assertThat(Versions.publish(first.function()).version().name()).isEqualTo("hello--v2");
    }

    @Test
    void whatIsReservedIsGivenBackAsItWas() {
        Draft twice = Reserved.put(Reserved.put(BEFORE, 2), 3);
        assertThat(twice.spec()).containsEntry("maxInstances", 3);
        assertThat(Reserved.lifted(twice)).isEqualTo(BEFORE);
        assertThat(Reserved.lifted(BEFORE)).isEqualTo(BEFORE);
        Draft none = BEFORE.withSpec("maxInstances", null);
        assertThat(Reserved.lifted(Reserved.put(none, 2))).isEqualTo(none);
    }

    @Test
    void anAliasIsKeptAsText() {
        for (Alias alias : List.of(
                new Alias("live", "1", "", Map.of()),
                new Alias("live", Versions.LATEST, "two\nlines", Map.of()),
                new Alias("live", "1", "d", Map.of("2", 0.25)))) {
            assertThat(Alias.all(Map.of(Alias.annotation("live"), alias.kept(), "other", "x")))
                    .isEqualTo(Map.of("live", alias));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alias", "alias\n1", "alias\n1 2\n", "alias\n1 2 x\n", "alias\n1 2 0.5 3\n", "{}"})
    void whatIsNoAliasIsNone(String kept) {
        assertThat(Alias.all(Map.of(Alias.annotation("live"), kept))).isEmpty();
    }
}
