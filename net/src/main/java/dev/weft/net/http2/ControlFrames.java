// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/** Counts a connection's frames that are neither a request nor a body, against the work that goes on with them. */
final class ControlFrames {
    private int count;
    private long windowEnds = System.nanoTime() + Http2Limits.WINDOW.toNanos();

    /** One more; too many of them, and the connection ends. */
    void came() throws Http2Exception {
        count++;
        if (count <= Http2Limits.CONTROL_FRAMES_MAX) {
            return;
        }
        long now = System.nanoTime();
        if (now - windowEnds < 0) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d control frames in %d s",
                    Http2Limits.CONTROL_FRAMES_MAX,
                    Http2Limits.WINDOW.toSeconds());
        }
        windowEnds = now + Http2Limits.WINDOW.toNanos();
        count = 0;
    }

    /** A request, or a piece of an answer, justifies some. */
    void worked() {
        count = Math.max(0, count - Http2Limits.CONTROL_FRAMES_ALONG);
    }
}
