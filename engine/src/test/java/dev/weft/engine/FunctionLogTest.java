// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.LogLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionLogTest {
    @TempDir
    Path folder;

    @Test
    void theNewestLinesAreKeptAndNoMoreThanTheLimit() {
        try (FunctionLog log = new FunctionLog(folder.resolve("shop.log"))) {
            for (int i = 0; i < FunctionLog.RING_LINES_MAX + 10; i++) {
                log.add(line("one", "line " + i));
            }

            assertThat(log.newest(Integer.MAX_VALUE)).hasSize(FunctionLog.RING_LINES_MAX);
            assertThat(log.newest(1).getFirst().text()).isEqualTo("line " + (FunctionLog.RING_LINES_MAX + 9));
        }
    }

    @Test
    void theTailIsOfOneInstance() {
        try (FunctionLog log = new FunctionLog(folder.resolve("shop.log"))) {
            log.add(line("one", "mine"));
            log.add(line("two", "not mine"));

            assertThat(log.tail("one")).isEqualTo("mine");
        }
    }

    @Test
    void filesNeverGrowBeyondTwiceTheirLimit() throws Exception {
        Path file = folder.resolve("shop.log");
        try (FunctionLog log = new FunctionLog(file, 1_000)) {
            for (int i = 0; i < 200; i++) {
                log.add(line("one", "a line of some length " + i));
            }
        }

        assertThat(Files.size(file)).isLessThanOrEqualTo(1_000);
        assertThat(Files.size(folder.resolve("shop.log.1"))).isLessThanOrEqualTo(1_000);
    }

    private static LogLine line(String instance, String text) {
        return new LogLine(Instant.EPOCH, "shop", "here", instance, null, text);
    }
}
