// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.Sha256;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Alibaba Cloud's request signature, version 3: {@code ACS3-HMAC-SHA256}. Pure. */
public final class Acs3 {
    /** The version of Function Compute's API that is spoken. */
    public static final String VERSION = "2023-03-30";

    private static final String ALGORITHM = "ACS3-HMAC-SHA256";

    private Acs3() {}

    /**
     * What is signed.
     *
     * @param path as on the wire
     * @param query as on the wire, without the {@code ?}
     * @param fields names in lower case; host, content-type and x-acs-* among them are signed
     * @param payload hexadecimal SHA-256 of the body; empty for HTTP triggers, whose bodies are not signed
     */
    public record Signed(
            String method, String path, @Nullable String query, Map<String, String> fields, String payload) {}

    /** The value of {@code authorization}. */
    public static String authorization(Signed request, AcsKeys keys) {
        StringBuilder canonicalFields = new StringBuilder();
        List<String> names = new ArrayList<>();
        new TreeMap<>(request.fields()).forEach((name, value) -> {
            if (name.equals("host") || name.equals("content-type") || name.startsWith("x-acs-")) {
                names.add(name);
                canonicalFields.append(name).append(':').append(value.strip()).append('\n');
            }
        });
        String signedNames = String.join(";", names);
        String canonical = String.join(
                "\n",
                request.method(),
                request.path().isEmpty() ? "/" : canonicalPath(request.path()),
                canonicalQuery(request.query()),
                canonicalFields,
                signedNames,
                request.payload());
        String text = ALGORITHM + '\n' + Sha256.hex(canonical.getBytes(StandardCharsets.UTF_8));
        byte[] key = keys.secret().getBytes(StandardCharsets.UTF_8);
        String signature = HexFormat.of().formatHex(AliyunV4.hmac(key, text));
        return ALGORITHM + " Credential=" + keys.id() + ",SignedHeaders=" + signedNames + ",Signature=" + signature;
    }

    private static String canonicalPath(String path) {
        return path.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    }

    /** Pairs in their order, encoded anew. */
    static String canonicalQuery(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return "";
        }
        List<String> pairs = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                pairs.add(
                        encoded(decoded(name)) + '=' + encoded(decoded(equals < 0 ? "" : pair.substring(equals + 1))));
            }
        }
        pairs.sort(null);
        return String.join("&", pairs);
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
