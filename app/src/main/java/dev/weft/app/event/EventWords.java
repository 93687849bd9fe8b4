// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import dev.weft.api.event.EventRecord;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Events as commands print them. Pure. */
final class EventWords {
    static final List<String> HEADINGS = List.of("EVENT", "FUNCTION", "STATE", "BY", "TAKEN", "NEXT", "CALLS", "WHY");

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final int WHY_LENGTH_MAX = 80;

    private EventWords() {}

    static String state(EventRecord record) {
        return record.state().name().toLowerCase(Locale.ROOT);
    }

    static List<String> row(EventRecord record) {
        return List.of(
                record.id(),
                plain(record.function()),
                state(record),
                record.source(),
                TIME.format(record.accepted()),
                record.state() == EventRecord.State.WAITING ? TIME.format(record.due()) : "-",
                Integer.toString(record.attempts()),
                record.why().isEmpty() ? "-" : cut(plain(record.why())));
    }

    private static String cut(String text) {
        return text.length() <= WHY_LENGTH_MAX ? text : text.substring(0, WHY_LENGTH_MAX - 1) + '…';
    }

    /** What functions say may hold what a terminal obeys. */
    static String plain(Object value) {
        StringBuilder plain = new StringBuilder();
        String.valueOf(value)
                .codePoints()
                .map(each -> Character.isISOControl(each) && each != '\n' ? 0xFFFD : each)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    static Map<String, Object> fields(EventRecord record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", record.id());
        fields.put("function", record.function());
        fields.put("namespace", record.namespace());
        fields.put("state", state(record));
        fields.put("by", record.source());
        fields.put("sender", record.sender());
        fields.put("taken", record.accepted().toString());
        if (record.state() == EventRecord.State.WAITING) {
            fields.put("next", record.due().toString());
        }
        fields.put("calls", record.attempts());
        fields.put("failures", record.failures());
        fields.put("payloadBytes", record.payloadBytes());
        if (!record.why().isEmpty()) {
            fields.put("why", record.why());
        }
        EventRecord.Last last = record.last();
        if (last != null) {
            last(last, fields);
        }
        return fields;
    }

    private static void last(EventRecord.Last last, Map<String, Object> fields) {
        fields.put("lastCall", last.ended().toString());
        fields.put("tookMs", last.took().toMillis());
        fields.put("cloud", last.cloud());
        fields.put("said", last.said().name().toLowerCase(Locale.ROOT));
        if (last.said() != EventRecord.Said.RESULT) {
            fields.put("reason", last.reason().toLowerCase(Locale.ROOT));
            fields.put("type", last.type());
            fields.put("message", last.message());
        }
        if (last.contentType() != null) {
            fields.put("resultType", last.contentType());
        }
        fields.put("resultBytes", last.resultBytes());
        if (last.result().length > 0) {
            fields.put("result", new String(last.result(), StandardCharsets.UTF_8));
        }
        if (!last.log().isEmpty()) {
            fields.put("log", last.log());
        }
    }
}
