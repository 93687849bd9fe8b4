// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.rest.RestRequest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Object Storage Service's request signature, version 4: {@code OSS4-HMAC-SHA256}. The body is not signed but by its
 * content-md5. Pure. Source: its documentation, "Signature version 4 in the header".
 */
public final class Oss4 {
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    private Oss4() {}

    /** {@code request} with the service's fields and the signature; its path begins with the bucket, or its host does. */
    public static RestRequest signed(RestRequest request, AcsKeys keys, String region, String bucket, Instant now) {
        String time = AliyunV4.time(now);
        Map<String, String> fields = new TreeMap<>(request.headers());
        fields.put("x-oss-date", time);
        fields.put("x-oss-content-sha256", UNSIGNED);
        String token = keys.token();
        if (token != null) {
            fields.put("x-oss-security-token", token);
        }
        StringBuilder canonicalFields = new StringBuilder();
        fields.forEach((name, value) -> {
            if (name.equals("content-type") || name.equals("content-md5") || name.startsWith("x-oss-")) {
                canonicalFields.append(name).append(':').append(value.strip()).append('\n');
            }
        });
        String path = request.uri().getRawPath();
        String resource = path.startsWith('/' + bucket + '/') ? path : '/' + bucket + path;
        String canonical = String.join(
                "\n",
                request.method(),
                resource,
                Acs3.canonicalQuery(request.uri().getRawQuery()),
                canonicalFields,
                "", // no field is signed besides
                UNSIGNED);
        fields.put(
                "authorization", new AliyunV4("OSS4-HMAC-SHA256", "oss", region).authorization(keys, time, canonical));
        return new RestRequest(
                request.tried(), request.method(), request.uri(), fields, request.body(), request.idempotent());
    }
}
