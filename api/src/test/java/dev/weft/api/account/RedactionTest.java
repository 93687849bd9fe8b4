// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedactionTest {
    @Test
    void aValueThatAnAnswerRepeatsIsTakenOutOfItsWords() {
        String encoded = Base64.getEncoder().encodeToString("hush-hush".getBytes(StandardCharsets.UTF_8));
        CloudException failed = new CloudException(
                CloudException.Kind.INVALID,
                "'hush-hush' (" + encoded + ") is no value, nor is 'hush'",
                new IllegalStateException("hush"));

        assertThatThrownBy(() -> Redaction.sent(List.of("", "hush", "hush-hush"), () -> {
                    throw failed;
                }))
                .isInstanceOfSatisfying(CloudException.class, thrown -> {
                    assertThat(thrown).hasMessage("'(secret)' ((secret)) is no value, nor is '(secret)'");
                    assertThat(thrown.kind()).isEqualTo(CloudException.Kind.INVALID);
                    assertThat(thrown.getCause()).isNull();
                });
    }

    @Test
    void otherFailuresStayAsTheyAre() {
        CloudException failed = new CloudException(CloudException.Kind.DENIED, "not allowed", null);

        assertThatThrownBy(() -> Redaction.sent(List.of("hush"), () -> {
                    throw failed;
                }))
                .isSameAs(failed);
        assertThat(Redaction.sent(List.of("hush"), () -> "hush")).isEqualTo("hush");
    }
}
