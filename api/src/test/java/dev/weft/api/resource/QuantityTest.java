// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1024, 1024",
        "1k, 1000",
        "500M, 500000000",
        "2G, 2000000000",
        "1T, 1000000000000",
        "1Ki, 1024",
        "256Mi, 268435456",
        "1Gi, 1073741824",
        "3Ti, 3298534883328"
    })
    void theNotationIsKubernetes(String text, long bytes) {
        assertThat(Quantity.parse(text)).isEqualTo(new Quantity(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Mi", "-1", "1.5Gi", "1 Gi", "1MB", "1mi", "1e3", "1K", "1234567890123456"})
    void anythingElseIsRefusedWithWhatWouldBeRight(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parse(text))
                .withMessageContaining("256Mi");
    }

    @Test
    void moreThanALongHoldsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parse("999999999999999Ti"))
                .withMessageContaining("8Ei");
    }

    @ParameterizedTest
    @CsvSource({"268435456, 256Mi", "1073741824, 1Gi", "1536, 1536", "2048, 2Ki", "0, 0", "1000, 1000"})
    void theLargestUnitThatFitsIsWritten(long bytes, String text) {
        assertThat(new Quantity(bytes)).hasToString(text);
        assertThat(Quantity.parse(text)).isEqualTo(new Quantity(bytes));
    }

    @Test
    void mebibytesAreRoundedDown() {
        assertThat(Quantity.parse("1G").mebibytes()).isEqualTo(953);
    }
}
