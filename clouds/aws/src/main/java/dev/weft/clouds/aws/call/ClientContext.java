// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a function finds beside its event, in its context's {@code clientContext.custom}: an event's attributes, the trace,
 * the deadline and the caller's idempotency key. Lambda hands it over only when somebody waits for the answer. Pure.
 */
final class ClientContext {
    /** Characters of the field; Lambda's own limit. */
    static final int CHARACTERS_MAX = 3_583;

    private static final JsonMapper JSON = JsonMapper.shared();

    /** An event's attribute that a Lambda client sent: the JSON in its field. */
    private static final String GIVEN = "client-context";

    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private ClientContext() {}

    /** The field's value. */
    static String of(Call call) {
        ObjectNode whole = JSON.createObjectNode();
        if (call instanceof Call.Event event) {
            JsonNode given = given(event.attributes().get(GIVEN));
            if (given instanceof ObjectNode object) {
                whole = object;
            }
        }
        ObjectNode custom = whole.path("custom") instanceof ObjectNode there ? there : whole.putObject("custom");
        switch (call) {
            case Call.Event event -> {
                for (Map.Entry<String, String> each : event.attributes().entrySet()) {
                    if (!each.getKey().equals(GIVEN) && !each.getKey().equals(LambdaDialect.ASYNC)) {
                        custom.put(each.getKey(), each.getValue());
                    }
                }
                if (event.contentType() != null) {
                    custom.put("content-type", event.contentType());
                }
            }
            case Call.Exchange exchange -> {
                String key = exchange.headers().first(IDEMPOTENCY_KEY);
                if (key != null) {
                    custom.put(IDEMPOTENCY_KEY, key);
                }
            }
        }
        CallContext context = call.context();
        custom.put("traceparent", context.trace().traceparent());
        custom.put("weft-invocation-id", context.id());
        custom.put("weft-hops", Integer.toString(context.hops()));
        custom.put("weft-deadline", Long.toString(context.deadline().toEpochMilli()));
        String value = Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(whole));
        if (value.length() > CHARACTERS_MAX) {
            throw new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "the event's attributes come to %d characters; Lambda's client context takes at most %d"
                            .formatted(value.length(), CHARACTERS_MAX),
                    null);
        }
        return value;
    }

    /** What cannot be read is the client's to mend: Lambda itself would refuse it. */
    private static @Nullable JsonNode given(@Nullable String field) {
        if (field == null) {
            return null;
        }
        try {
            return JSON.readTree(field);
        } catch (JacksonException unreadable) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "the attribute client-context must be a JSON object", unreadable);
        }
    }
}
