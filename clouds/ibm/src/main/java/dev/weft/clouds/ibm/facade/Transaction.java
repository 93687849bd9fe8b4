// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request's id as OpenWhisk gives each one, and the answers that carry it: in a field of their head, and where they are errors
 * as {@code {"error": words, "code": id}}. Sources: OpenWhisk's {@code BasicHttpService} and {@code ErrorResponse}.
 */
record Transaction(String id) {
    /** The field of requests and answers that has it. */
    static final String FIELD = "x-request-id";

    /** A client's own id is taken over in this shape only: it goes into logs and heads. */
    private static final Pattern TAKEN = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** Ids that begin so are the platform's own. */
    private static final String RESERVED = "sid_";

    private static final int ID_BYTES = 16;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The one that the client named, or a new one. */
    static Transaction of(Headers headers) {
        String named = headers.first(FIELD);
        return named != null && TAKEN.matcher(named).matches() && !named.startsWith(RESERVED)
                ? new Transaction(named)
                : fresh();
    }

    /** A new one. */
    static Transaction fresh() {
        byte[] bytes = new byte[ID_BYTES];
        ThreadLocalRandom.current().nextBytes(bytes);
        return new Transaction(HexFormat.of().formatHex(bytes));
    }

    FacadeAnswer json(int status, JsonNode body) {
        return answer(status, Headers.builder(), JSON.writeValueAsBytes(body));
    }

    FacadeAnswer error(int status, String words) {
        return error(status, words, Headers.builder());
    }

    /** With further fields. */
    FacadeAnswer error(int status, String words, Headers.Builder fields) {
        return answer(
                status,
                fields,
                JSON.writeValueAsBytes(
                        JSON.createObjectNode().put("error", words).put("code", id)));
    }

    /** JSON that is written already, with further fields. */
    FacadeAnswer answer(int status, Headers.Builder fields, byte[] json) {
        return new FacadeAnswer(
                status,
                fields.add("content-type", "application/json").add(FIELD, id).build(),
                json);
    }

    /** Without a body. */
    FacadeAnswer empty(int status) {
        return new FacadeAnswer(status, Headers.of(FIELD, id), new byte[0]);
    }

    FacadeAnswer text(String words) {
        return new FacadeAnswer(
                200,
                Headers.of("content-type", "text/plain; charset=UTF-8", FIELD, id),
                words.getBytes(StandardCharsets.UTF_8));
    }
}
