// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import dev.weft.api.LogLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.json.JsonMapper;

/** A log being read as it grows: the newest lines, then each new one, as NDJSON. */
record FollowedLog(Operations operations, String function, int lines) {
    /** Lines that wait for a slow reader; more are dropped, and counted in the log's own words. */
    static final int LINES_WAITING_MAX = 4096;

    void write(OutputStream out) throws IOException, InterruptedException {
        BlockingQueue<LogLine> waiting = new ArrayBlockingQueue<>(LINES_WAITING_MAX);
        AtomicLong dropped = new AtomicLong();
        // following before reading the tail: no line falls between the two, and those in both are said once
        try (Operations.Following _ = operations.follow(function, line -> {
            if (!waiting.offer(line)) {
                dropped.incrementAndGet();
            }
        })) {
            List<LogLine> tail = operations.logs(function, lines);
            Set<LogLine> said = new HashSet<>(tail == null ? List.of() : tail);
            for (LogLine line : tail == null ? List.<LogLine>of() : tail) {
                put(out, line);
            }
            out.flush();
            while (true) {
                LogLine line = waiting.take();
                if (!said.remove(line)) {
                    put(out, line);
                }
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    String note = lost + " lines dropped: the reader was too slow";
                    put(out, new LogLine(line.time(), function, line.cloud(), "weft", null, note));
                }
                if (waiting.isEmpty()) {
                    out.flush();
                }
            }
        }
    }

    private static void put(OutputStream out, LogLine line) throws IOException {
        out.write(json(line).getBytes(StandardCharsets.UTF_8));
    }

    static String json(LogLine line) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", line.time().toString());
        fields.put("function", line.function());
        fields.put("cloud", line.cloud());
        fields.put("instance", line.instance());
        fields.put("invocation", line.invocation());
        fields.put("text", line.text());
        return JsonMapper.shared().writeValueAsString(fields) + '\n';
    }
}
