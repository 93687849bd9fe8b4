// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;

/**
 * Answers in one vendor's API: turns a request of the vendor's own client into a call or a control request, and what
 * came of it back into that vendor's words. Pure; decides on the event loop, does nothing itself.
 */
public interface Facade {
    /** The vendor's word, as in the listener's name: {@code aws}, {@code azure}…. */
    String vendor();

    /** What the client wants; the body has not been read. */
    Wish read(RequestLine line, Headers headers, Body body, CallContext context);

    /** The function's outcome as the vendor's client expects it. */
    Outcome.Response write(Wish.Invoke wish, Outcome outcome);

    /** The cloud's failure as the vendor's client expects it. */
    Outcome.Response write(Wish wish, CloudException failure);

    /** What a client wants. */
    sealed interface Wish {
        /** To call a function, by its name in Weft. */
        record Invoke(String function, Call call) implements Wish {}

        /** To read or change resources: done by control, blocking, on a virtual thread. */
        record Control(RequestLine line, Headers headers, Body body) implements Wish {}

        /** Something this façade refuses, already in the vendor's own error shape. */
        record Refused(Outcome.Response response) implements Wish {}
    }
}
