// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the request signatures of version 4 of Alibaba's storage and log services have in common. Pure. Source: their
 * documentation, "Signature version 4".
 *
 * @param algorithm as the signature names it, for example OSS4-HMAC-SHA256
 * @param product as the scope names it, for example oss
 */
record AliyunV4(String algorithm, String product, String region) {
    private static final String END = "aliyun_v4_request";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** As the services' date fields write it. */
    static String time(Instant now) {
        return TIME.format(now);
    }

    /** The value of {@code authorization} for a canonical request that says {@code time}. */
    String authorization(AcsKeys keys, String time, String canonical) {
        String day = time.substring(0, 8);
        String scope = String.join("/", day, region, product, END);
        String text = String.join("\n", algorithm, time, scope, Sha256.hex(utf8(canonical)));
        byte[] key = utf8("aliyun_v4" + keys.secret());
        for (String part : new String[] {day, region, product, END}) {
            key = hmac(key, part);
        }
        return algorithm + " Credential=" + keys.id() + '/' + scope + ",Signature="
                + HexFormat.of().formatHex(hmac(key, text));
    }

    /** HMAC with SHA-256. */
    static byte[] hmac(byte[] key, String text) {
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
