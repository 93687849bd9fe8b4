// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Services' hosts end with, and how a request for one of them is known: {@code NAME.NAMESPACE.} and the host by which the client
 * asks the API, {@code localhost} for loopback's addresses. For other addresses it is Knative's own default, {@code sslip.io}. What is
 * shown has a {@link HostProof} between the two. Pure.
 *
 * @param base with port
 * @param key who is shown it
 */
record Domain(String scheme, String base, Key key) {
    private static final Pattern HOST =
            Pattern.compile("([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\\.([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\\.(.+)");
    /** Characters of a host's name. */
    private static final int HOST_CHARS_MAX = 253;

    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern OWN = Pattern.compile("localhost|(.+\\.)?sslip\\.io|svc\\..+");

    /** Of a request to the API by {@code key}. */
    static Domain of(FacadeRequest request, Key key) {
        String authority = request.authority().toLowerCase(Locale.ROOT);
        String host = host(authority);
        String port = authority.substring(host.length());
        String base = host.startsWith("127.") || host.startsWith("[") || host.isEmpty()
                ? "localhost"
                : ADDRESS.matcher(host).matches() ? host + ".sslip.io" : host;
        return new Domain(request.scheme(), base + port, key);
    }

    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    /** With a proof; one that would be too long for a host goes without, and needs a key to be called. */
    String url(String name, String namespace) {
        String proved = name + '.' + namespace + '.' + HostProof.label(key, name) + '.' + base;
        String plain = name + '.' + namespace + '.' + base;
        return scheme + "://" + (host(proved).length() > HOST_CHARS_MAX ? plain : proved);
    }

    /**
     * A Service's host.
     *
     * @param proof the label that has the form of one; empty where there is none
     */
    record Called(String name, String namespace, String proof) {}

    /**
     * What a request's authority names; null where that is the API.
     *
     * @param namespace of the key; empty where the client has proved none
     */
    static @Nullable Called called(String authority, String namespace) {
        String host = host(authority.toLowerCase(Locale.ROOT));
        Matcher parts = HOST.matcher(host);
        if (host.length() > HOST_CHARS_MAX || ADDRESS.matcher(host).matches() || !parts.matches()) {
            return null;
        }
        String label = parts.group(3).replaceFirst("\\..*", "");
        if (HostProof.is(label)) {
            return new Called(parts.group(1), parts.group(2), label);
        }
        boolean ours =
                parts.group(2).equals(namespace) || OWN.matcher(parts.group(3)).matches();
        return ours && !ADDRESS.matcher(host.replaceFirst("\\.sslip\\.io$", "")).matches()
                ? new Called(parts.group(1), parts.group(2), "")
                : null;
    }
}
