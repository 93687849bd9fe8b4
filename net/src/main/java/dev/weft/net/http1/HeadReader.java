// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import dev.weft.api.Headers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds a head's end in bytes as they come, and reads the head once it is whole. Lines end with CR LF and nothing else;
 * white space is where the grammar has it. One for a connection.
 */
public final class HeadReader {
    private static final int CR = '\r';
    private static final byte LF = '\n';

    private final boolean answers;
    private final int lineBytesMax;
    private final int headBytesMax;
    // of the bytes from the reader index on: how many have been looked at, and where the line begins that they end in
    private int scanned;
    private int lineStart;
    private int firstLine;

    private HeadReader(boolean answers, int lineBytesMax, int headBytesMax) {
        this.answers = answers;
        this.lineBytesMax = lineBytesMax;
        this.headBytesMax = headBytesMax;
    }

    /** Reads requests with a first line, and fields all together, of at most so many bytes. */
    public static HeadReader ofRequests(int lineBytesMax, int headBytesMax) {
        return new HeadReader(false, lineBytesMax, headBytesMax);
    }

    /** Reads answers; limits as above. */
    public static HeadReader ofAnswers(int lineBytesMax, int headBytesMax) {
        return new HeadReader(true, lineBytesMax, headBytesMax);
    }

    /** Takes a head out of {@code bytes}; null, and nothing is taken, where it is not there whole yet. */
    public @Nullable Head head(ByteBuf bytes) throws SyntaxException {
        if (!whole(bytes, true)) {
            return null;
        }
        byte[] head = taken(bytes);
        int length = scanned;
        int line = firstLine;
        reset();
        String[] words = answers ? statusLine(head, line) : requestLine(head, line);
        return new Head(words[0], words[1], words[2], FieldLines.read(head, line + 2, length - 2));
    }

    /** Takes a body's trailing fields out of {@code bytes}, with the empty line behind them; else as above. */
    @Nullable
    Headers trailers(ByteBuf bytes) throws SyntaxException {
        if (!whole(bytes, false)) {
            return null;
        }
        byte[] lines = taken(bytes);
        int length = scanned;
        reset();
        return length == 2 ? Headers.none() : FieldLines.read(lines, 0, length - 2);
    }

    private void reset() {
        scanned = 0;
        lineStart = 0;
        firstLine = 0;
    }

    private byte[] taken(ByteBuf bytes) {
        byte[] scratch = Scratch.bytes(scanned);
        bytes.readBytes(scratch, 0, scanned);
        return scratch;
    }

    /** Whether the line that ends it is there; {@link #scanned} is then the length of all of it. */
    private boolean whole(ByteBuf bytes, boolean hasFirstLine) throws SyntaxException {
        int begin = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (true) {
            int lf = bytes.indexOf(begin + scanned, end, LF);
            if (lf < 0) {
                scanned = end - begin;
                limit(hasFirstLine && firstLine == 0);
                return false;
            }
            int length = lf - begin - lineStart;
            if (length == 0 || bytes.getByte(lf - 1) != CR) {
                throw SyntaxException.malformed("a line ends without CR");
            }
            if (length == 1 && hasFirstLine && firstLine == 0) {
                // ignored before a request (RFC 9112 section 2.2): some callers end a body with one
                bytes.skipBytes(2);
                begin += 2;
                reset();
                continue;
            }
            scanned = lf + 1 - begin;
            if (hasFirstLine && firstLine == 0) {
                firstLine = length - 1;
                if (firstLine > lineBytesMax) {
                    throw new SyntaxException(SyntaxException.Kind.LINE_TOO_LONG, "the first line is too long");
                }
            } else if (length == 1) {
                limit(false);
                return true;
            }
            lineStart = scanned;
        }
    }

    private void limit(boolean inFirstLine) throws SyntaxException {
        if (inFirstLine && scanned > lineBytesMax) {
            throw new SyntaxException(SyntaxException.Kind.LINE_TOO_LONG, "the first line is too long");
        }
        if (!inFirstLine && scanned - firstLine > headBytesMax) {
            throw new SyntaxException(SyntaxException.Kind.HEAD_TOO_LARGE, "the fields are too large");
        }
    }

    private static String[] requestLine(byte[] head, int end) throws SyntaxException {
        int method = 0;
        while (method < end && FieldLines.token(head[method])) {
            method++;
        }
        int target = method + 1;
        int at = target;
        while (at < end && (head[at] > ' ' || head[at] < 0) && head[at] != 0x7f) {
            at++;
        }
        boolean spaced = method > 0 && at > target && head[method] == ' ' && at < end && head[at] == ' ';
        if (!spaced || !version(head, at + 1, end)) {
            throw SyntaxException.malformed("a request line is method, target and version, a space between each");
        }
        return new String[] {
            FieldLines.text(head, 0, method), FieldLines.text(head, target, at), versionText(head, at + 1)
        };
    }

    private static String[] statusLine(byte[] head, int end) throws SyntaxException {
        int status = 9;
        boolean digits = end >= status + 3;
        for (int i = status; digits && i < status + 3; i++) {
            digits = head[i] >= '0' && head[i] <= '9';
        }
        boolean ended = digits && (end == status + 3 || head[status + 3] == ' ');
        if (!ended || head[status] == '0' || !version(head, 0, status - 1) || head[status - 1] != ' ') {
            throw SyntaxException.malformed("a status line is version, status and reason, a space between each");
        }
        return new String[] {versionText(head, 0), FieldLines.text(head, status, status + 3), ""};
    }

    /** {@code HTTP/}, a digit, a point, a digit. */
    private static boolean version(byte[] head, int from, int end) {
        return end - from == 8
                && head[from] == 'H'
                && head[from + 1] == 'T'
                && head[from + 2] == 'T'
                && head[from + 3] == 'P'
                && head[from + 4] == '/'
                && Character.isDigit(head[from + 5])
                && head[from + 6] == '.'
                && Character.isDigit(head[from + 7]);
    }

    private static String versionText(byte[] head, int from) {
        if (head[from + 5] == '1') {
            switch (head[from + 7]) {
                case '1' -> {
                    return Head.HTTP_1_1;
                }
                case '0' -> {
                    return Head.HTTP_1_0;
                }
                default -> {}
            }
        }
        return FieldLines.text(head, from, from + 8);
    }
}
