// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.clouds.aws.contract.LambdaPayload;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Whether a streamed result begins with HTTP's head, which is a JSON object and eight NUL bytes after it, or is the body
 * itself. Nothing on the wire says so, so the first bytes are held until it shows.
 */
final class ResultStart {
    /** Bytes of a head; ours, as much as a listener takes of header fields. */
    static final int HEAD_BYTES_MAX = 64 * 1024;

    private static final int NULS = 8;

    /** What the bytes so far are. */
    enum Kind {
        /** Perhaps a head. */
        OPEN,
        /** A head, and maybe the body's first bytes. */
        HEAD,
        /** The body's first bytes. */
        BODY
    }

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private Kind kind = Kind.OPEN;
    private int depth;
    private int nuls;
    private int headEnd;
    private int bodyStart;
    private boolean begun;
    private boolean quoted;
    private boolean escaped;

    /** What it is with {@code bytes}; only while it is open. */
    Kind feed(byte[] bytes) {
        for (int i = 0; i < bytes.length && kind == Kind.OPEN; i++) {
            kind = next(bytes[i], held.size() + i);
        }
        held.writeBytes(bytes);
        if (kind == Kind.OPEN && held.size() > LambdaPayload.BYTES_MAX) {
            kind = Kind.BODY;
        }
        return kind;
    }

    private Kind next(byte at, int index) {
        if (begun && depth == 0) {
            return after(at, index);
        }
        if (escaped) {
            escaped = false;
        } else if (quoted) {
            quoted = at != '"';
            escaped = at == '\\';
        } else if (at == '"') {
            quoted = true;
        } else if (at == '{' || at == '[') {
            depth++;
        } else if (at == '}' || at == ']') {
            depth--;
        }
        boolean object = begun || at == '{';
        begun = object;
        return object || white(at) ? Kind.OPEN : Kind.BODY;
    }

    private Kind after(byte at, int index) {
        if (at == 0) {
            headEnd = nuls == 0 ? index : headEnd;
            nuls++;
            bodyStart = index + 1;
            return nuls == NULS ? Kind.HEAD : Kind.OPEN;
        }
        return nuls == 0 && white(at) ? Kind.OPEN : Kind.BODY;
    }

    private static boolean white(byte at) {
        return at == ' ' || at == '\t' || at == '\n' || at == '\r';
    }

    /** The head's bytes. */
    byte[] head() {
        return Arrays.copyOf(held.toByteArray(), headEnd);
    }

    /** What came after the head; all that came where there is none. */
    byte[] body() {
        byte[] all = held.toByteArray();
        return kind == Kind.HEAD ? Arrays.copyOfRange(all, bodyStart, all.length) : all;
    }
}
