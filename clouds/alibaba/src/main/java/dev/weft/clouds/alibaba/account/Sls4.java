// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.Sha256;
import dev.weft.api.rest.RestRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Simple Log Service's request signature, version 4: {@code SLS4-HMAC-SHA256}. Pure. Source: its documentation, "Request signatures (V4)". */
public final class Sls4 {
    private static final String ALGORITHM = "SLS4-HMAC-SHA256";
    private static final String END = "aliyun_v4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private Sls4() {}

    /** {@code request}, which has no query, with the service's fields and the signature. */
    public static RestRequest signed(RestRequest request, AcsKeys keys, String region, Instant now) {
        String time = TIME.format(now);
        String payload = Sha256.hex(request.body());
        Map<String, String> fields = new TreeMap<>(request.headers());
        fields.put("host", request.uri().getRawAuthority());
        fields.put("x-log-apiversion", "0.6.0");
        fields.put("x-log-date", time);
        fields.put("x-log-content-sha256", payload);
        String token = keys.token();
        if (token != null) {
            fields.put("x-acs-security-token", token);
        }
        StringBuilder canonicalFields = new StringBuilder();
        StringBuilder names = new StringBuilder();
        fields.forEach((name, value) -> {
            if (name.equals("host")
                    || name.equals("content-type")
                    || name.startsWith("x-log-")
                    || name.startsWith("x-acs-")) {
                names.append(names.isEmpty() ? "" : ";").append(name);
                canonicalFields.append(name).append(':').append(value.strip()).append('\n');
            }
        });
        String canonical =
                String.join("\n", request.method(), request.uri().getRawPath(), "", canonicalFields, names, payload);
        String day = time.substring(0, 8);
        String scope = String.join("/", day, region, "sls", END);
        String text = String.join("\n", ALGORITHM, time, scope, Sha256.hex(canonical.getBytes(StandardCharsets.UTF_8)));
        byte[] key = utf8("aliyun_v4" + keys.secret());
        for (String part : new String[] {day, region, "sls", END}) {
            key = hmac(key, part);
        }
        fields.put(
                "authorization",
                ALGORITHM + " Credential=" + keys.id() + '/' + scope + ",Signature="
                        + HexFormat.of().formatHex(hmac(key, text)));
        return new RestRequest(
                request.tried(), request.method(), request.uri(), fields, request.body(), request.idempotent());
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(utf8(text));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("every JDK has HmacSHA256", broken);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
