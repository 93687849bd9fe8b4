// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleCallTest {
    private static LifecycleCall.Answer parse(String answer) throws IOException {
        return LifecycleCall.parse(answer.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anAnswerIsStatusFieldsAndBody() throws IOException {
        LifecycleCall.Answer answer =
                parse("HTTP/1.1 404 Not Found\r\nX-Fc-Status:  404 \r\na: b:c\r\n\r\nno database\r\n\r\n");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.headers().first("x-fc-status")).isEqualTo("404");
        assertThat(answer.headers().first("a")).isEqualTo("b:c");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("no database\r\n\r\n");
    }

    @Test
    void anAnswerMayHaveNoBody() throws IOException {
        assertThat(parse("HTTP/1.0 204\r\n\r\n").body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 2000\r\n\r\n", "SSH-2.0\r\n\r\n", "\r\n\r\n"})
    void whatIsNoAnswerIsRefused(String bytes) {
        assertThatThrownBy(() -> parse(bytes)).isInstanceOf(IOException.class);
    }
}
