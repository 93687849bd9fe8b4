// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came back of one request. */
public sealed interface Heard {
    /** A header field, as it came. */
    record Field(String name, String value) {}

    /** The function's answer to an exchange. */
    record Response(int status, List<Field> headers, byte[] body) implements Heard {
        public Response {
            headers = List.copyOf(headers);
        }
    }

    /** Its result of an event. */
    record Result(@Nullable String contentType, byte[] body) implements Heard {}

    /** It failed. */
    record Failed(Outcome.Failure failure) implements Heard {}

    /** The cloud did not run it, or nobody knows. */
    record Refused(CloudException.Kind kind, String why) implements Heard {}

    /** The answer broke off. */
    record Broken(String why) implements Heard {}

    /** Nothing came within the time that the function has, and some more. */
    record Late() implements Heard {}
}
