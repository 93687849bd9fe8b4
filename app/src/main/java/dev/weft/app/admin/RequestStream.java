// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import dev.weft.app.recording.RecordedRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A function's next requests, one JSON object a line, as they come. */
final class RequestStream implements Operations.Requests {
    /** Requests that wait for a slow reader; more are left out, and said. */
    static final int WAITING_MAX = 32;

    /** Bytes of all bodies of one recording; with more it ends. */
    static final long BYTES_MAX = 64L << 20;

    private final BlockingQueue<Object> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong lost = new AtomicLong();

    @Override
    public void heard(RecordedRequest request) {
        if (!waiting.offer(request)) {
            lost.incrementAndGet();
        }
    }

    @Override
    public void left(String why) {
        if (!waiting.offer(why)) {
            lost.incrementAndGet();
        }
    }

    /** Until {@code count} were told, or {@code most} is over. Blocking. */
    void write(OutputStream out, int count, Duration most) throws IOException, InterruptedException {
        put(out, Map.of("recording", true)); // so that who asked knows from when on
        long end = System.nanoTime() + most.toNanos();
        long bytes = 0;
        int told = 0;
        while (told < count && bytes <= BYTES_MAX) {
            Object next = waiting.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            if (next instanceof RecordedRequest request) {
                bytes += request.body().length;
                told++;
                put(out, json(request));
            } else {
                put(out, Map.of("left", next));
            }
            long dropped = lost.getAndSet(0);
            if (dropped > 0) {
                put(out, Map.of("left", dropped + " requests came faster than they were written down"));
            }
        }
        if (bytes > BYTES_MAX) {
            put(out, Map.of("left", "all after these: their bodies have more than " + BYTES_MAX + " bytes together"));
        }
    }

    private static Map<String, Object> json(RecordedRequest request) {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "method", request.method());
        put(fields, "path", request.path());
        put(fields, "query", request.query());
        List<Map<String, String>> headers = new ArrayList<>();
        request.headers().forEach(each -> headers.add(Map.of("name", each.getKey(), "value", each.getValue())));
        fields.put("headers", headers);
        put(fields, "contentType", request.contentType());
        fields.put("bodyBase64", Base64.getEncoder().encodeToString(request.body()));
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static void put(OutputStream out, Map<String, Object> line) throws IOException {
        out.write((JsonMapper.shared().writeValueAsString(line) + '\n').getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
