// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import java.util.Locale;

/** Host and port as a caller names them (RFC 3986 section 3.2, without user information). */
public final class Authority {
    private Authority() {}

    /** The host, in lower case, without port; an IPv6 literal keeps its brackets. */
    public static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon > authority.lastIndexOf(']');
        return (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    }

    /** Whether {@code host} is one of loopback's own names: no web page can make a browser send them for its own site. */
    public static boolean loopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || (host.startsWith("127.") && digitsAndPoints(host));
    }

    /** Without a stream: this runs for every call. */
    private static boolean digitsAndPoints(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c != '.' && !Character.isDigit(c)) {
                return false;
            }
        }
        return true;
    }
}
