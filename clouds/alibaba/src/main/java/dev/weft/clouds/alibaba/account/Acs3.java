// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.Sha256;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Alibaba Cloud's request signature, version 3: {@code ACS3-HMAC-SHA256}. Pure. */
public final class Acs3 {
    /** The version of Function Compute's API that is spoken. */
    public static final String VERSION = "2023-03-30";

    /** As {@code authorization} names it. */
    public static final String ALGORITHM = "ACS3-HMAC-SHA256";

    private Acs3() {}

    /**
     * What is signed.
     *
     * @param path as on the wire
     * @param query as on the wire, without the {@code ?}
     * @param fields names in lower case
     * @param payload hexadecimal SHA-256 of the body; empty for HTTP triggers, whose bodies are not signed
     */
    public record Signed(
            String method, String path, @Nullable String query, Map<String, String> fields, String payload) {}

    /** Whether a client signs the field {@code name}, in lower case. */
    public static boolean signs(String name) {
        return name.equals("host") || name.equals("content-type") || name.startsWith("x-acs-");
    }

    /** The value of {@code authorization}; of the fields, those that are signed count. */
    public static String authorization(Signed request, AcsKeys keys) {
        Map<String, String> fields = new TreeMap<>(request.fields());
        fields.keySet().removeIf(name -> !signs(name));
        Signed signed = new Signed(request.method(), request.path(), request.query(), fields, request.payload());
        return ALGORITHM + " Credential=" + keys.id() + ",SignedHeaders=" + String.join(";", fields.keySet())
                + ",Signature=" + signature(signed, keys.secret());
    }

    /** The signature in hexadecimal digits, of all of the fields. */
    public static String signature(Signed request, String secret) {
        Map<String, String> fields = new TreeMap<>(request.fields());
        StringBuilder canonicalFields = new StringBuilder();
        fields.forEach((name, value) ->
                canonicalFields.append(name).append(':').append(value.strip()).append('\n'));
        String canonical = String.join(
                "\n",
                request.method(),
                request.path().isEmpty() ? "/" : canonicalPath(request.path()),
                canonicalQuery(request.query()),
                canonicalFields,
                String.join(";", fields.keySet()),
                request.payload());
        String text = ALGORITHM + '\n' + Sha256.hex(canonical.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(AliyunV4.hmac(secret.getBytes(StandardCharsets.UTF_8), text));
    }

    private static String canonicalPath(String path) {
        return path.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    /** Pairs in the order of their names, encoded anew. */
    static String canonicalQuery(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return "";
        }
        List<String[]> pairs = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                pairs.add(new String[] {encoded(decoded(name)), encoded(decoded(value))});
            }
        }
        pairs.sort(Comparator.<String[], String>comparing(pair -> pair[0]).thenComparing(pair -> pair[1]));
        return pairs.stream().map(pair -> pair[0] + '=' + pair[1]).collect(Collectors.joining("&"));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException asItIs) {
            return text;
        }
    }

    /** As RFC 3986 has it: everything but letters, digits and {@code -._~}. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
