// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.RequestLine;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Answers in one vendor's API: turns a request of the vendor's own client into a call or a control request, and what
 * came of it back into that vendor's words. Pure, for it decides on event loops: no I/O, no clock but the one given. What it
 * does not do it refuses in the vendor's own error shape.
 */
public interface Facade {
    /** The vendor's word, as on the command line and in the listener's name: {@code aws}, {@code openwhisk}…. */
    String vendor();

    /** Where it listens unless told otherwise. */
    int port();

    /** How many bytes the body of such a request may have, and a function's answer to it; the vendor's own limit where it has one. */
    long bodyBytesMax(RequestLine line);

    /** Whether functions have hosts of their own, below the one that the client asks the API at. */
    default boolean hosts() {
        return false;
    }

    /** Who performs what this vendor's clients keep and call that is no function; null where there is no such thing. */
    default @Nullable Performer performer() {
        return null;
    }

    /** What the client wants, having proved who it is by one of {@code keys}. */
    Wish read(FacadeRequest request, Keys keys, Instant now);

    /** What Weft itself says to such a request before it is read, in the vendor's words. */
    FacadeAnswer unread(RequestLine line, Unread why);

    /** Why a request was not read. */
    enum Unread {
        /** Its body has more than {@link #bodyBytesMax}. */
        TOO_LARGE,
        /** Functions are not deployed yet. */
        STARTING,
        /** The machine has all that it can do, or a limit of Weft's for requests at once is reached. */
        BUSY,
        /** Something in Weft is broken: said without details. */
        BROKEN
    }
}
