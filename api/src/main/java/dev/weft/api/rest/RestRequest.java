// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.rest;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request of a management API. Its text names the operation only: header fields and bodies may hold secrets.
 *
 * @param tried the vendor's own name of the operation, for example CreateFunction: errors say it
 * @param uri absolute, path and query percent-encoded
 * @param headers names in lower case
 * @param idempotent whether sending it twice is harmless; only such a request is sent again when its answer is lost
 */
public record RestRequest(
        String tried, String method, URI uri, Map<String, String> headers, byte[] body, boolean idempotent) {
    private static final byte[] EMPTY = new byte[0];

    /** Without a body. GET, HEAD, PUT and DELETE are idempotent. */
    public static RestRequest of(String tried, String method, URI uri) {
        return new RestRequest(tried, method, uri, Map.of(), EMPTY, !method.equals("POST") && !method.equals("PATCH"));
    }

    /** With {@code json} as the body. */
    public RestRequest json(String json) {
        return body("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** With {@code bytes} of {@code contentType} as the body. */
    public RestRequest body(String contentType, byte[] bytes) {
        RestRequest typed = header("content-type", contentType);
        return new RestRequest(tried, method, uri, typed.headers, bytes, idempotent);
    }

    /** With one more field, in place of one of the same name. */
    public RestRequest header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new RestRequest(tried, method, uri, all, body, idempotent);
    }

    /** Sent again also when its answer is lost. */
    public RestRequest harmlessTwice() {
        return new RestRequest(tried, method, uri, headers, body, true);
    }

    @Override
    public String toString() {
        return tried + " (" + method + ' ' + uri.getRawAuthority() + uri.getRawPath() + ')';
    }
}
