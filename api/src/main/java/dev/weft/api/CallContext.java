// SPDX-License-Identifier: Apache-2.0
package dev.weft.api;

import java.time.Instant;

/**
 * What is known of a call besides its content. It follows the call to the function and to the calls that the function
 * makes while it serves this one.
 *
 * @param id the invocation's id, a UUID's text: one per attempt to answer a caller, the same on every cloud tried
 * @param trace the span that serves this call
 * @param hops how many functions the call has already passed through; the gateway refuses past its limit
 * @param deadline when the answer is of no use any more
 * @param caller who asks
 */
public record CallContext(String id, Trace trace, int hops, Instant deadline, Caller caller) {
    /**
     * Who asks, as far as the listener could tell.
     *
     * @param address the caller's IP address, without port
     * @param scheme {@code http} or {@code https}
     * @param authority host and port the caller asked for
     */
    public record Caller(String address, String scheme, String authority) {
        /** A call that Weft itself makes. */
        public static final Caller WEFT = new Caller("127.0.0.1", "http", "weft");
    }

    /** The same call, in another span of its trace. */
    public CallContext in(Trace span) {
        return new CallContext(id, span, hops, deadline, caller);
    }

    /** The same call with an earlier deadline; a later one changes nothing. */
    public CallContext before(Instant limit) {
        return limit.isBefore(deadline) ? new CallContext(id, trace, hops, limit, caller) : this;
    }
}
