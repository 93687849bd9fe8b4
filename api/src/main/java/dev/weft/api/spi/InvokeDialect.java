// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Speaks one cloud's invoke protocol. Stateless and pure: no I/O, no clock but the one given. Safe on any event loop.
 */
public interface InvokeDialect {
    /** Whether the body of {@code call} may stream or must be whole before {@link #encode}. */
    BodyNeed bodyNeed(Call call);

    /** The HTTP request that carries {@code call} to {@code target}, signed with {@code credentials} at {@code now}. */
    WireRequest encode(Call call, Target target, Credentials credentials, Instant now);

    /** What the answer to {@code call} means; its body still streams. */
    Verdict decode(Call call, WireHead head);

    /** The same, for dialects in which it depends on the target: what callers ask. */
    default Verdict decode(Call call, Target target, WireHead head) {
        return decode(call, head);
    }

    /** {@link #bodyNeed(Call)}, for dialects in which it depends on the target: what callers ask. */
    default BodyNeed bodyNeed(Call call, Target target) {
        return bodyNeed(call);
    }

    /** What a dialect needs of a body. */
    sealed interface BodyNeed {
        /** Bytes may pass as they come. */
        record Stream() implements BodyNeed {}

        /** All bytes first, and no more than {@code bytesMax}. */
        record Whole(long bytesMax) implements BodyNeed {}
    }

    /**
     * Where a function is on its cloud.
     *
     * @param endpoint scheme, host and port, and a base path where the cloud has one
     * @param name the function's name there
     * @param region empty where the cloud has none
     * @param parts what else the cloud needs, for example a namespace or an account
     */
    record Target(URI endpoint, String name, String region, Map<String, String> parts) {
        /** The part that says how exchanges become events and answers, by the document's word for it. */
        public static final String PAYLOAD = "payload";
    }

    /** What proves to the cloud who we are. Redacted in every text. */
    record Credentials(Map<String, String> parts) {
        /** For clouds that ask for nothing. */
        public static final Credentials NONE = new Credentials(Map.of());

        @Override
        public String toString() {
            return "Credentials[redacted]";
        }
    }

    /**
     * A request ready for the wire.
     *
     * @param target path and query, percent-encoded
     */
    record WireRequest(String method, String target, Headers headers, Body body) {}

    /** The answer's status and header fields. */
    record WireHead(int status, Headers headers) {}

    /** What an answer means. */
    sealed interface Verdict {
        /** The function answered and its body passes through; {@code outcome} takes it. */
        record Streams(java.util.function.Function<Body, Outcome> outcome) implements Verdict {}

        /** The meaning is in the whole body, of at most {@code bytesMax} bytes. */
        record NeedsWhole(long bytesMax, java.util.function.Function<byte[], Outcome> outcome) implements Verdict {}

        /** The meaning shows while the body comes: {@code reader} reads it on its loop, and tells once. */
        record Reads(BiConsumer<Body, Place.Answers> reader) implements Verdict {}

        /** The cloud failed; the body is dropped. */
        record CloudFailed(CloudException why) implements Verdict {}
    }
}
