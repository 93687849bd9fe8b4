// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client gives its function beside the event. Pure. */
final class ClientContexts {
    /** It goes on in a header field, which holds no other letters. */
    private static final JsonMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private ClientContexts() {}

    /** The JSON object in {@code field}; null where Lambda would not take it: base64 of one, not too long. */
    static @Nullable String read(String field) {
        if (field.length() > AwsFacade.CLIENT_CONTEXT_MAX) {
            return null;
        }
        try {
            JsonNode context = ASCII.readTree(Base64.getDecoder().decode(field));
            return context.isObject() ? ASCII.writeValueAsString(context) : null;
        } catch (IllegalArgumentException | JacksonException unreadable) {
            return null;
        }
    }
}
