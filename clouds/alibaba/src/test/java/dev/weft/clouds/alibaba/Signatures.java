// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import com.aliyun.openapiutil.Client;
import com.aliyun.tea.TeaRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Recomputes signatures with Alibaba's own library. */
final class Signatures {
    private Signatures() {}

    /** What is wrong with the signature of {@code request}; null where nothing is. */
    static @Nullable String wrong(FakeFc.Came request, String secret) {
        try {
            String payload = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(request.body()));
            if (!payload.equals(request.fields().get("x-acs-content-sha256"))) {
                return "x-acs-content-sha256 is not the body's";
            }
            String said = request.fields().getOrDefault("authorization", "");
            String expected = expected(request, payload, secret);
            return said.equals(expected) ? null : "said " + said + " expected " + expected;
        } catch (Exception broken) {
            return "can't be computed: " + broken;
        }
    }

    /** What {@code authorization} must be. */
    static String expected(FakeFc.Came request, String payload, String secret) throws Exception {
        String said = request.fields().getOrDefault("authorization", "");
        String key = said.replaceAll(".*Credential=([^,]*),.*", "$1");
        TeaRequest tea = new TeaRequest();
        tea.method = request.method();
        tea.pathname = request.path();
        Map<String, String> query = new TreeMap<>(request.query());
        tea.query = query;
        tea.headers = new TreeMap<>();
        request.fields().forEach((name, value) -> {
            if (name.startsWith("x-acs-") || name.equals("host") || name.equals("content-type")) {
                tea.headers.put(name, value);
            }
        });
        return Client.getAuthorization(tea, "ACS3-HMAC-SHA256", payload, key, secret);
    }

    /** A query as the wire has it. */
    static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            query.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }
}
