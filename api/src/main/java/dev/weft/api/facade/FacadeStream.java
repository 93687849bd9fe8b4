// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import org.jspecify.annotations.Nullable;

/** An answer whose body comes in parts. */
public record FacadeStream(int status, Headers headers, Body body) {
    /**
     * What a function answered, as it is.
     *
     * @param outcome a response or a result
     * @param body of it
     * @param typeUnsaid media type of a result that names none; null for none
     */
    public static FacadeStream of(Outcome outcome, Body body, @Nullable String typeUnsaid) {
        return switch (outcome) {
            case Outcome.Response(int status, Headers headers, var _) -> new FacadeStream(status, headers, body);
            case Outcome.Result result -> {
                String type = result.contentType() == null ? typeUnsaid : result.contentType();
                yield new FacadeStream(200, type == null ? Headers.none() : Headers.of("Content-Type", type), body);
            }
            case Outcome.Failure _, Outcome.Upgraded _, Outcome.Accepted _ ->
                throw new IllegalStateException("no answer of a function's own: " + outcome);
        };
    }

    /** With one field more, or in place of those of that name. */
    public FacadeStream with(String name, String value) {
        return new FacadeStream(
                status, Headers.builder().addAll(headers).set(name, value).build(), body);
    }

    /** The same where {@code bytes} are all of its body. */
    public FacadeAnswer whole(byte[] bytes) {
        return new FacadeAnswer(status, headers, bytes);
    }
}
