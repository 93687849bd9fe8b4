// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private static final Headers COOKIES = Headers.of("Set-Cookie", "a", "X", "1", "set-cookie", "b");

    @Test
    void namesAreComparedWithoutCaseAndRepeatsKeepTheirOrder() {
        assertThat(COOKIES.first("SET-COOKIE")).isEqualTo("a");
        assertThat(COOKIES.all("Set-cookie")).containsExactly("a", "b");
        assertThat(COOKIES.first("Y")).isNull();
        assertThat(COOKIES.all("Y")).isEmpty();
        assertThat(COOKIES.has("x")).isTrue();
        assertThat(COOKIES.has("Y")).isFalse();
        assertThat(COOKIES.size()).isEqualTo(3);
    }

    @Test
    void fieldsComeInOrderAsTheyWereWritten() {
        List<String> seen = new ArrayList<>();
        COOKIES.forEach((name, value) -> seen.add(name + "=" + value));

        assertThat(seen).containsExactly("Set-Cookie=a", "X=1", "set-cookie=b");
    }

    @Test
    void settingReplacesEveryFieldOfThatName() {
        Headers set = Headers.builder().addAll(COOKIES).set("SET-COOKIE", "c").build();

        assertThat(set.all("set-cookie")).containsExactly("c");
        assertThat(set.size()).isEqualTo(2);
        assertThat(COOKIES.size()).isEqualTo(3);
    }

    @Test
    void whatWasBuiltDoesNotChangeWithItsBuilder() {
        Headers.Builder builder = Headers.builder().add("a", "1");
        Headers built = builder.build();
        builder.remove("A");

        assertThat(built.has("a")).isTrue();
        assertThat(builder.build().size()).isZero();
        assertThat(Headers.none().size()).isZero();
    }

    @Test
    void aNameWithoutAValueIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("a", "1", "b"))
                .withMessageContaining("3");
    }
}
