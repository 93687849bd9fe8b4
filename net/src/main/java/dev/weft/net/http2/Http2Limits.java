// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import java.time.Duration;

/** What one HTTP/2 connection may ask of us. Past a limit a stream is refused or the connection told to go away. */
public final class Http2Limits {
    /** Streams at once; the next is refused, safe to try again. */
    public static final int STREAMS_MAX = 128;

    /** Streams that one connection may break off, or make us break off, in {@link #WINDOW}. */
    public static final int RESETS_MAX = 200;

    /** Time in which resets and control frames are counted. */
    public static final Duration WINDOW = Duration.ofSeconds(30);

    /** Frames in {@link #WINDOW} that are no request and no body, beyond those that go with what is sent and taken. */
    public static final int CONTROL_FRAMES_MAX = 1_000;

    /** Frames of ours that may wait for a caller that asks but does not read: acknowledgements, resets. */
    public static final int CONTROL_FRAMES_WAITING_MAX = 1_000;

    /** Small CONTINUATION frames of one header. */
    public static final int CONTINUATIONS_MAX = 16;

    /** DATA frames without a byte, one after the other. */
    public static final int EMPTY_FRAMES_MAX = 2;

    /** Bytes of one request body that may come before they are read. */
    public static final int STREAM_BYTES_WAITING_MAX = 128 * 1024;

    /** The same of all bodies on a connection together. */
    public static final int CONNECTION_BYTES_WAITING_MAX = 1024 * 1024;

    /** Bytes of an unwanted request body that are read away before the answer; then its sender is held back. */
    public static final long UNWANTED_BYTES_MAX = 256 * 1024;

    /** Control frames that a request, or a DATA frame of an answer, brings along. */
    static final int CONTROL_FRAMES_ALONG = 4;

    private Http2Limits() {}

    /**
     * What a listener sets.
     *
     * @param headBytesMax all header fields of a request, as HTTP/2 counts them: 32 bytes more for each
     * @param fieldsMax header fields of a request
     * @param idleTimeout without a stream; then the connection ends
     * @param stallTimeout without a sign of the caller, when it is the one waited for; then the stream ends
     */
    public record Settings(int headBytesMax, int fieldsMax, Duration idleTimeout, Duration stallTimeout) {}
}
