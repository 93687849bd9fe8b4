// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.recording;

import dev.weft.api.Call;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it is written down, without secrets in its fields and query.
 *
 * @param method null for an event
 * @param path null for an event
 * @param contentType null where nobody named one
 */
public record RecordedRequest(
        @Nullable String method,
        @Nullable String path,
        @Nullable String query,
        List<Map.Entry<String, String>> headers,
        @Nullable String contentType,
        byte[] body) {
    public RecordedRequest {
        headers = List.copyOf(headers);
    }

    /** Of {@code call}, whose body was that. */
    public static RecordedRequest of(Call call, byte[] body) {
        return switch (call) {
            case Call.Exchange exchange ->
                new RecordedRequest(
                        exchange.line().method(),
                        exchange.line().path(),
                        Redacted.query(exchange.line().query()),
                        Redacted.fields(exchange.headers()),
                        exchange.headers().first("content-type"),
                        body);
            case Call.Event event -> new RecordedRequest(null, null, null, List.of(), event.contentType(), body);
        };
    }

    @Override
    public String toString() {
        return "RecordedRequest[" + method + ", " + body.length + " bytes]";
    }
}
