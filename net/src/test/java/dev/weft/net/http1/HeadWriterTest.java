// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Headers;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadWriterTest {
    @Test
    void aRequest() {
        HeadWriter head = HeadWriter.request("GET", "/a?b=%20");
        head.field("Host", "a");
        head.field("X", "k\u00e4se \u2026");
        assertThat(text(head)).isEqualTo("GET /a?b=%20 HTTP/1.1\r\nHost: a\r\nX: k\u00e4se ?\r\n\r\n");
    }

    @Test
    void answersKnownAndUnknown() {
        assertThat(text(HeadWriter.answer(404))).isEqualTo("HTTP/1.1 404 Not Found\r\n\r\n");
        assertThat(text(HeadWriter.answer(799))).startsWith("HTTP/1.1 799 ");
        assertThatThrownBy(() -> HeadWriter.answer(1000)).hasMessageContaining("three digits");
    }

    @Test
    void aHeadLargerThanUsual() {
        HeadWriter head = HeadWriter.answer(200);
        head.field("large", "x".repeat(100_000));
        assertThat(text(head)).hasSize("HTTP/1.1 200 OK\r\nlarge: \r\n\r\n".length() + 100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "\u0000", "a\u007f", "\u010d\u010a"})
    void aValueCanNotBecomeAnotherField(String value) {
        HeadWriter head = HeadWriter.answer(200);
        if (value.charAt(0) > 255) {
            head.field("x", value);
            assertThat(text(head)).endsWith("x: ??\r\n\r\n");
        } else {
            assertThatThrownBy(() -> head.field("x", value)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r", "\u0154ransfer-encoding"})
    void aNameIsAToken(String name) {
        HeadWriter head = HeadWriter.answer(200);
        assertThatThrownBy(() -> head.field(name, "v")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTargetHasNoWhiteSpace() {
        assertThatThrownBy(() -> HeadWriter.request("GET", "/a HTTP/1.1\r\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HeadWriter.request("G T", "/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatAnswerSwitches() {
        assertThat(text(HeadWriter.switching(Headers.of("Upgrade", "websocket", "Connection", "Upgrade", "A", "b"))))
                .isEqualTo(
                        "HTTP/1.1 101 Switching Protocols\r\nA: b\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    }

    private static String text(HeadWriter head) {
        return HeadReaderTest.text(head.end(UnpooledByteBufAllocator.DEFAULT));
    }
}
