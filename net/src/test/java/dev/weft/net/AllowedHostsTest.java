// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowedHostsTest {
    @ParameterizedTest
    @CsvSource({
        "localhost, true",
        "127.0.0.1:80, true",
        "a.localhost, true",
        "A.B.LocalHost:8096, true",
        "shop.example, true",
        "a.shop.example, false",
        "localhost.evil.example, false",
        "evillocalhost, false",
        "a.localhost.evil.example, false",
        "'', false",
    })
    void aNameThatBeginsWithADotStandsForAllBelowIt(String authority, boolean served) {
        assertThat(RequestHead.answersFor(Set.of("shop.example", ".localhost"), authority))
                .isEqualTo(served);
    }

    @Test
    void noNamesAreAllNames() {
        assertThat(RequestHead.answersFor(Set.of(), "evil.example")).isTrue();
    }
}
