// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"a\":[1,2.5,true,null,\"b\\\"\\\\\\n\"],\"c\":{\"d\":-7}}",
                "\"\u00e4\\u0000\"",
                "1234567890123"
            })
    void whatIsReadIsWrittenAgain(String text) {
        assertThat(Json.text(Json.read(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,]", "{\"a\"}", "01", "1 2", "\"a", "nul", "\"\\x\"", "{\"a\":1,}"})
    void whatIsNotJsonIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.read(text));
    }

    @Test
    void nestingHasALimit() {
        String inside = "[".repeat(Json.DEPTH_MAX) + "]".repeat(Json.DEPTH_MAX);
        assertThat(Json.read(inside)).isNotNull();
        String beyond = "[".repeat(Json.DEPTH_MAX + 2) + "]".repeat(Json.DEPTH_MAX + 2);
        assertThatIllegalArgumentException().isThrownBy(() -> Json.read(beyond));
    }

    @Test
    void escapesAreRead() {
        assertThat(Json.read("{\"a\\u0041\":\"\\t\\/\"}")).isEqualTo(Map.of("aA", "\t/"));
    }
}
