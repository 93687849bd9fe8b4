// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http2;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request's head, checked (RFC 9113 section 8): what would mean something else in HTTP/1.1 is refused here, since an
 * upstream may speak that. Netty has checked the names' and values' characters and that none is of the connection.
 *
 * @param length of the body if declared
 * @param continues whether the caller waits for 100 Continue before it sends the body
 */
record StreamHead(RequestLine line, Headers headers, String authority, long length, boolean continues) {
    private static final String CONTINUE = "100-continue";
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    static StreamHead read(int stream, Http2Headers fields, boolean ended) throws Http2Exception {
        String method = null;
        String scheme = null;
        String path = null;
        String authority = null;
        String host = null;
        StringBuilder cookies = null;
        Headers.Builder headers = Headers.builder();
        long length = ended ? 0 : Body.LENGTH_UNKNOWN;
        boolean continues = false;
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            switch (name) {
                case ":method" -> method = once(stream, name, method, value);
                case ":scheme" -> scheme = once(stream, name, scheme, value);
                case ":path" -> path = once(stream, name, path, value);
                case ":authority" -> authority = once(stream, name, authority, value);
                case "host" -> host = once(stream, name, host, value);
                case "cookie" ->
                    cookies = cookies == null
                            ? new StringBuilder(value)
                            : cookies.append("; ").append(value);
                default -> {
                    if (name.startsWith(":")) {
                        throw malformed(stream, "unknown pseudo-header field " + name);
                    }
                    if (name.equals("content-length")) {
                        length = Long.parseLong(value); // Netty made sure that it is one number
                    }
                    continues |= name.equals("expect") && value.equalsIgnoreCase(CONTINUE);
                    headers.add(name, value);
                }
            }
        }
        if (method == null || !token(method)) {
            throw malformed(stream, ":method is missing or no token");
        }
        if (scheme == null || path == null || !targetOf(method, path)) {
            throw malformed(stream, ":scheme or :path is missing or has characters that no target has");
        }
        if (authority != null && host != null && !authority.equalsIgnoreCase(host)) {
            throw malformed(stream, ":authority and host name different hosts");
        }
        String asked = authority != null ? authority : host == null ? "" : host;
        if (asked.indexOf('@') >= 0) {
            throw malformed(stream, ":authority with user information");
        }
        if (!asked.isEmpty()) {
            headers.add("host", asked);
        }
        if (cookies != null) {
            headers.add("cookie", cookies.toString());
        }
        return new StreamHead(line(method, path), headers.build(), asked, length, continues);
    }

    /** Whether the caller expects something that we know nothing of. */
    boolean expectsTooMuch() {
        String expect = headers.first("expect");
        return expect != null && !expect.equalsIgnoreCase(CONTINUE);
    }

    /** The fields after the body; none of the connection's own, nothing that says where a body ends. */
    static Headers trailers(Http2Headers fields) {
        Headers.Builder trailers = Headers.builder();
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            trailers.add(field.getKey().toString(), field.getValue().toString());
        }
        return trailers.build();
    }

    private static RequestLine line(String method, String path) {
        int mark = path.indexOf('?');
        return mark < 0
                ? new RequestLine(method, path, null)
                : new RequestLine(method, path.substring(0, mark), path.substring(mark + 1));
    }

    private static String once(int stream, String name, @Nullable String before, String value) throws Http2Exception {
        if (before != null) {
            throw malformed(stream, name + " is there twice");
        }
        return value;
    }

    private static boolean targetOf(String method, String path) {
        if (!path.startsWith("/") && !(path.equals("*") && method.equals("OPTIONS"))) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char each = path.charAt(i);
            if (each <= ' ' || each == 0x7f || each == '#') {
                return false;
            }
        }
        return true;
    }

    private static boolean token(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean letter =
                    (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9');
            if (!letter && TOKEN_MARKS.indexOf(each) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static Http2Exception malformed(int stream, String why) {
        return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, why);
    }
}
