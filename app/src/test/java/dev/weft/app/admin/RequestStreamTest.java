// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.recording.RecordedRequest;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestStreamTest {
    private final RequestStream stream = new RequestStream();

    private static RecordedRequest request(int bytes) {
        return new RecordedRequest("POST", "/", null, List.of(), null, new byte[bytes]);
    }

    @Test
    void whatComesFasterThanItIsReadIsCounted() throws Exception {
        for (int i = 0; i < RequestStream.WAITING_MAX + 3; i++) {
            stream.heard(request(1));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        stream.write(out, 500, Duration.ZERO);
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.getFirst()).isEqualTo("{\"recording\":true}");
        assertThat(lines).filteredOn(each -> each.contains("bodyBase64")).hasSize(RequestStream.WAITING_MAX);
        assertThat(lines)
                .filteredOn(each -> each.contains("left"))
                .hasSize(1)
                .first()
                .asString()
                .contains("3 requests came faster");
    }

    @Test
    void itEndsWithTheLastThatWasAskedFor() throws Exception {
        stream.heard(request(1));
        stream.left("too long");
        stream.heard(request(1));
        stream.heard(request(1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        stream.write(out, 2, Duration.ofMinutes(1));
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(4);
    }

    @Test
    void allBodiesTogetherHaveALimit() throws Exception {
        RecordedRequest large = request(16 << 20);
        for (int i = 0; i < 6; i++) {
            stream.heard(large);
        }
        StringBuilder last = new StringBuilder();
        int[] told = {0};
        stream.write(
                new OutputStream() {
                    @Override
                    public void write(int each) {
                        throw new IllegalStateException("lines are written whole");
                    }

                    @Override
                    public void write(byte[] line) {
                        told[0]++;
                        last.setLength(0);
                        last.append(new String(line, 0, Math.min(line.length, 200), StandardCharsets.UTF_8));
                    }
                },
                500,
                Duration.ofMinutes(1));
        assertThat(told[0]).isEqualTo(1 + 5 + 1);
        assertThat(last).contains("67108864 bytes together");
    }
}
