// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What reaches a function, in no vendor's words. Routes make exchanges; façade invokes, triggers and {@code weft
 * invoke} make events. Each contract says how both reach its code. A call belongs to one event loop.
 */
public sealed interface Call {
    /** Id, trace, deadline, caller. */
    CallContext context();

    /** The bytes; read at most once. */
    Body body();

    /** The same call with another body: one that is replayed, or gathered. */
    Call with(Body other);

    /** The same call in another span of its trace, which its header fields then name too. */
    Call in(Trace span);

    /** An HTTP request, answered by status, header fields and body. */
    record Exchange(CallContext context, RequestLine line, Headers headers, Body body) implements Call {
        @Override
        public Exchange with(Body other) {
            return new Exchange(context, line, headers, other);
        }

        @Override
        public Exchange in(Trace span) {
            Headers.Builder fields = Headers.builder().addAll(headers).set("traceparent", span.traceparent());
            return new Exchange(context.in(span), line, fields.build(), body);
        }
    }

    /**
     * Bytes and what they are, answered by bytes.
     *
     * @param contentType media type of the body; null where the sender named none
     * @param attributes names in lower case, for example a CloudEvent's {@code type} or a vendor's client context
     */
    record Event(CallContext context, @Nullable String contentType, Map<String, String> attributes, Body body)
            implements Call {
        public Event {
            attributes = Map.copyOf(attributes);
        }

        @Override
        public Event with(Body other) {
            return new Event(context, contentType, attributes, other);
        }

        @Override
        public Event in(Trace span) {
            return new Event(context.in(span), contentType, attributes, body);
        }
    }
}
