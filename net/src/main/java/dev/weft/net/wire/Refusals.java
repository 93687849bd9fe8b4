// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How often a listener refused something by itself, by reason; for a metric. */
public final class Refusals {
    /** Why a listener refuses a request, a stream or a whole connection. */
    public enum Reason {
        /** As many connections as may be were open. */
        CONNECTIONS,
        /** The request breaks HTTP's rules: two lengths, bad chunks, a field on two lines. */
        MALFORMED,
        /** The request line is longer than the limit. */
        LINE_TOO_LONG,
        /** The header has more bytes or more fields than the limits. */
        HEAD_TOO_LARGE,
        /** The header did not arrive in time. */
        HEAD_TIMEOUT,
        /** The caller neither sent nor took a byte in time. */
        STALLED,
        /** The listener doesn't answer for the host asked for, or the request is one it does not serve. */
        NOT_SERVED,
        /** More HTTP/2 streams at once than the limit. */
        STREAMS,
        /** HTTP/2 frames that cost much and bring nothing: resets, settings, pings, continuations, window updates. */
        FLOOD,
        /** No agreement on TLS, or a caller without the certificate asked for. */
        TLS_HANDSHAKE,
        /** Plain text where TLS is spoken. */
        PLAIN_TEXT;

        /** As metrics spell it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    /** None yet. */
    public Refusals() {
        for (Reason each : Reason.values()) {
            counts.put(each, new LongAdder());
        }
    }

    /** One more. */
    public void count(Reason reason) {
        adder(reason).increment();
    }

    /** How many so far. */
    public long of(Reason reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(Reason reason) {
        return Objects.requireNonNull(counts.get(reason));
    }
}
