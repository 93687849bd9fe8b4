// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import java.util.List;
import java.util.Locale;

/**
 * A message's first line and fields.
 *
 * @param first of the line's words: a request's method, an answer's version
 * @param second a request's target, an answer's status
 * @param third a request's version; empty in an answer, whose reason is for nobody
 */
public record Head(String first, String second, String third, Headers fields) {
    /** What {@link #bodyLength} says of a body that ends with the connection. */
    public static final long UNTIL_CLOSE = -2;

    static final String HTTP_1_1 = "HTTP/1.1";
    static final String HTTP_1_0 = "HTTP/1.0";

    private static final int LENGTH_DIGITS_MAX = 18;

    /** Whether a request is of HTTP/1.1. */
    public boolean modern() {
        return third.equals(HTTP_1_1);
    }

    /** Whether a request is of HTTP/1.0. */
    public boolean old() {
        return third.equals(HTTP_1_0);
    }

    /** An answer's status. */
    public int status() {
        return Integer.parseInt(second);
    }

    /**
     * How long the body is that follows (RFC 9112 section 6.3), {@link Body#LENGTH_UNKNOWN} where it comes in chunks.
     *
     * @param otherwise where the fields don't say: nothing after a request, until its end after an answer
     */
    public long bodyLength(long otherwise) throws SyntaxException {
        List<String> codings = fields.all("transfer-encoding");
        List<String> lengths = fields.all("content-length");
        if (!codings.isEmpty()) {
            return codedLength(codings, lengths);
        }
        if (lengths.isEmpty()) {
            return otherwise;
        }
        if (lengths.size() > 1) {
            throw SyntaxException.malformed("more than one Content-Length");
        }
        return number(lengths.getFirst());
    }

    private long codedLength(List<String> codings, List<String> lengths) throws SyntaxException {
        // two ways to say one thing are two readings: request smuggling
        if (!lengths.isEmpty() || codings.size() > 1 || old() || first.equals(HTTP_1_0)) {
            throw SyntaxException.malformed("Transfer-Encoding beside a length, twice, or in HTTP/1.0");
        }
        if (!codings.getFirst().equalsIgnoreCase("chunked")) {
            throw SyntaxException.malformed("the only transfer coding known is chunked");
        }
        return Body.LENGTH_UNKNOWN;
    }

    private static long number(String text) throws SyntaxException {
        int digits = text.length();
        long number = 0;
        for (int i = 0; i < digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw SyntaxException.malformed("a Content-Length that is no number");
            }
            number = 10 * number + digit;
        }
        if (digits == 0 || digits > LENGTH_DIGITS_MAX) {
            throw SyntaxException.malformed("a Content-Length that is no possible number");
        }
        return number;
    }

    /** Whether the connection may serve another message after this one. */
    public boolean staysOpen() {
        List<String> wishes = fields.all("connection");
        boolean modern = third.isEmpty() ? first.equals(HTTP_1_1) : modern();
        return modern ? !named(wishes, "close") : !named(wishes, "close") && named(wishes, "keep-alive");
    }

    private static boolean named(List<String> wishes, String token) {
        for (String wish : wishes) {
            if (wish.toLowerCase(Locale.ROOT).contains(token)) {
                return true;
            }
        }
        return false;
    }
}
