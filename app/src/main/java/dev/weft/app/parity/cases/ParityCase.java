// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.cases;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request, whole.
 *
 * @param line null for an event
 * @param headers of the exchange, its content type among them
 * @param contentType of the body; null where none is named
 * @param repeat how many times it is sent to each cloud
 */
public record ParityCase(
        String name,
        @Nullable RequestLine line,
        List<CaseFile.HeaderField> headers,
        @Nullable String contentType,
        byte[] body,
        int repeat,
        CaseFile.Ignore ignore) {
    public ParityCase {
        headers = List.copyOf(headers);
    }

    /** Whether it is an event. */
    public boolean event() {
        return line == null;
    }

    /** The exchange's header fields. */
    public Headers fields() {
        Headers.Builder fields = Headers.builder();
        headers.forEach(each -> fields.add(each.name(), each.value()));
        return fields.build();
    }

    @Override
    public String toString() {
        return "ParityCase[" + name + ", " + body.length + " bytes]";
    }
}
