// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import dev.weft.api.Headers;
import java.nio.charset.StandardCharsets;

/** Lines of {@code name: value} (RFC 9112 section 5), and which bytes may stand where. */
final class FieldLines {
    private static final boolean[] TOKEN = new boolean[128];

    static {
        for (char c = '0'; c <= '9'; c++) {
            TOKEN[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[Character.toUpperCase(c)] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private FieldLines() {}

    /** Whether a name or a method may have it. */
    static boolean token(byte b) {
        return b >= 0 && TOKEN[b];
    }

    /** The lines from {@code from} to {@code to}, where each ends with CR LF. */
    static Headers read(byte[] lines, int from, int to) throws SyntaxException {
        Headers.Builder fields = Headers.builder();
        int at = from;
        while (at < to) {
            int name = at;
            while (token(lines[at])) {
                at++;
            }
            if (at == name || lines[at] != ':') {
                throw SyntaxException.malformed("a field is a name, a colon and a value");
            }
            String word = text(lines, name, at);
            int begin = at + 1;
            at = lineEnd(lines, begin);
            String value = trimmed(lines, begin, at);
            at += 2;
            while (at < to
                    && blank(lines[at])) { // a folded line (RFC 9112 section 5.2): one value to everybody behind us
                int more = at;
                at = lineEnd(lines, more);
                value = (value + ' ' + trimmed(lines, more, at)).strip();
                at += 2;
            }
            fields.add(word, value);
        }
        return fields.build();
    }

    /** Where the line ends whose value begins at {@code from}. */
    private static int lineEnd(byte[] lines, int from) throws SyntaxException {
        int at = from;
        while (valueByte(lines[at])) {
            at++;
        }
        if (lines[at] != '\r' || lines[at + 1] != '\n') {
            throw SyntaxException.malformed("a control character in a field");
        }
        return at;
    }

    static boolean valueByte(byte b) {
        return (b >= ' ' && b != 0x7f) || b < 0 || b == '\t';
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static String trimmed(byte[] lines, int from, int to) {
        int begin = from;
        int end = to;
        while (begin < end && blank(lines[begin])) {
            begin++;
        }
        while (end > begin && blank(lines[end - 1])) {
            end--;
        }
        return text(lines, begin, end);
    }

    static String text(byte[] lines, int from, int to) {
        return new String(lines, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
