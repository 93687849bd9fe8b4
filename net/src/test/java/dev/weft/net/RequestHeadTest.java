// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {
    @ParameterizedTest
    @CsvSource({
        "localhost:8092, true, true",
        "127.0.0.1, true, true",
        "paint.localhost:8092, true, false",
        "PAINT.scm.LocalHost, true, false",
        "notlocalhost, false, false",
        "paint.localhost.evil.example, false, false",
        "evil.example, false, false",
    })
    void namesBelowLocalhostAreAnsweredForWhereThatIsSaid(String authority, boolean below, boolean alone) {
        assertThat(RequestHead.answersFor(Set.of("localhost", ".localhost"), authority))
                .isEqualTo(below);
        assertThat(RequestHead.answersFor(Set.of("localhost"), authority)).isEqualTo(alone);
    }
}
