// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the <em>function</em> said of a call. A cloud that fails is a {@link CloudException}, a different thing. */
public sealed interface Outcome {
    /** The answer to an exchange; the body streams and must be read or discarded. */
    record Response(int status, Headers headers, Body body) implements Outcome {}

    /**
     * The function takes the exchange's request to speak another protocol (status 101), for example WebSocket: bytes pass
     * as they come, both ways, each at the speed of its reader and each ended on its own. Only for a call whose fields
     * {@code Connection} and {@code Upgrade} ask for it, and once only: never tried elsewhere.
     *
     * @param headers of the function's 101
     * @param body what the function sends; read or discarded by the receiver. Discarding it ends the tunnel
     * @param toFunction takes what the caller sends, exactly once; also of a caller that has gone meanwhile
     */
    record Upgraded(Headers headers, Body body, Consumer<Body> toFunction) implements Outcome {}

    /**
     * The answer to an event; the body streams and must be read or discarded.
     *
     * @param contentType media type of the result; null where the function named none
     */
    record Result(@Nullable String contentType, Headers attributes, Body body) implements Outcome {}

    /**
     * Taken for later; the answer will not come back on this call.
     *
     * @param id what the cloud calls it
     */
    record Accepted(String id) implements Outcome {}

    /**
     * The function failed. Never retried elsewhere by the gateway.
     *
     * @param type the vendor's own word, for example an exception's class
     * @param message one line for a person
     * @param payload the error in the vendor's own shape, mostly JSON; empty where it has none
     * @param logTail the last lines the function wrote, for its owner only; never for a public caller
     */
    record Failure(Reason reason, String type, String message, byte[] payload, String logTail) implements Outcome {
        /** How a function fails. */
        public enum Reason {
            /** The handler threw or returned an error. */
            ERROR,
            /** It did not answer within its timeout. */
            TIMEOUT,
            /** Its code never became ready: missing module, bad handler, start-up too slow. */
            INIT,
            /** Its process ended while it served the call. */
            CRASH,
            /** Its process was ended because it used more memory than {@code spec.memory}. */
            MEMORY,
            /** It answered more than its contract allows. */
            TOO_LARGE,
            /** It answered what its contract does not understand. */
            MALFORMED
        }
    }
}
