// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a client gives its function beside the event. Pure. */
final class ClientContexts {
    private ClientContexts() {}

    /** Whether Lambda would take it: base64 of a JSON object, not too long. */
    static boolean readable(String field) {
        if (field.length() > AwsFacade.CLIENT_CONTEXT_MAX) {
            return false;
        }
        try {
            return JsonMapper.shared()
                    .readTree(Base64.getDecoder().decode(field))
                    .isObject();
        } catch (IllegalArgumentException | JacksonException unreadable) {
            return false;
        }
    }
}
