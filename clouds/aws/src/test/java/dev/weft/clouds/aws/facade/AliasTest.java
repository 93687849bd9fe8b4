// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Alias;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Versions.Published;
import dev.weft.api.resource.Cloud;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class AliasTest {
    private static Alias alias(String name, String json) throws Described.Wrong {
        return AliasForm.of(name, JsonMapper.shared().readTree(json), null);
    }

    @Test
    void callsAreSharedAsTheWeightsSay() throws Exception {
        Alias alias = alias(
                "live", "{\"FunctionVersion\":\"1\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":0.25}}}");
        Random random = new Random(7);
        long second = IntStream.range(0, 10_000)
                .filter(_ -> alias.pick(random).equals("2"))
                .count();
        assertThat(second).isBetween(2_300L, 2_700L);
        assertThat(alias("live", "{\"FunctionVersion\":\"1\"}").pick(random)).isEqualTo("1");
        assertThat(alias.leadsTo("2")).isTrue();
        assertThat(alias.leadsTo("3")).isFalse();
    }

    @Test
    void itIsKeptAsAnAnnotationAndAChangeLeavesTheRest() throws Exception {
        Alias alias = alias("live", "{\"FunctionVersion\":\"1\",\"Description\":\"d\"}");
        Map<String, String> annotations = Map.of(Alias.annotation("live"), alias.kept(), Alias.annotation("odd"), "{");
        assertThat(Alias.all(annotations)).isEqualTo(Map.of("live", alias));
        Alias changed = AliasForm.of("live", JsonMapper.shared().readTree("{\"FunctionVersion\":\"2\"}"), alias);
        assertThat(changed).isEqualTo(new Alias("live", "2", "d", Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "7 | {\"FunctionVersion\":\"1\"}",
                "a b | {\"FunctionVersion\":\"1\"}",
                "live | {\"FunctionVersion\":\"0\"}",
                "live | {}",
                "live | {\"FunctionVersion\":\"1\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":1.5}}}",
                "live | {\"FunctionVersion\":\"1\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"a\":0.5}}}",
                "live | {\"FunctionVersion\":\"1\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":0.1,\"3\":0.1}}}",
                "live | {\"FunctionVersion\":\"$LATEST\",\"RoutingConfig\":{\"AdditionalVersionWeights\":{\"2\":0.1}}}"
            })
    void whatIsNoneIsTold(String name, String json) {
        assertThatThrownBy(() -> alias(name, json)).isInstanceOf(Described.Wrong.class);
    }

    @Test
    void aVersionIsWhatTheFunctionIsAndCountsOn() {
        Draft function = new Draft(
                "hello-world",
                Map.of("team", "shop"),
                Map.of(Draft.NAME, "Hello_World", Alias.annotation("live"), "{}"),
                Map.of("timeout", "3s"),
                Map.of("A", "b"),
                Cloud.Type.AWS);
        Published first = Versions.publish(function, null);
        assertThat(first.version())
                .isEqualTo(new Draft(
                        "hello-world--v1",
                        Map.of("team", "shop"),
                        Map.of(
                                Draft.NAME,
                                "Hello_World",
                                Draft.VERSION_OF,
                                "hello-world",
                                dev.weft.api.facade.Versions.VERSION,
                                "1"),
                        Map.of("timeout", "3s"),
                        Map.of("A", "b"),
                        Cloud.Type.AWS));
        assertThat(first.function().annotations())
                .containsEntry(dev.weft.api.facade.Versions.PUBLISHED, "1")
                .containsKey(Alias.annotation("live"));
        Published second = Versions.publish(first.function(), "two");
        assertThat(second.version().name()).isEqualTo("hello-world--v2");
        assertThat(Objects.requireNonNull(second.version().annotations().get(Described.DESCRIPTION)))
                .isEqualTo("two");
    }
}
