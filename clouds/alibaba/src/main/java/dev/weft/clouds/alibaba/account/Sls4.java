// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.Sha256;
import dev.weft.api.rest.RestRequest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Simple Log Service's request signature, version 4: {@code SLS4-HMAC-SHA256}. Pure. Source: its documentation, "Request signatures (V4)". */
public final class Sls4 {
    private Sls4() {}

    /** {@code request}, which has no query, with the service's fields and the signature. */
    public static RestRequest signed(RestRequest request, AcsKeys keys, String region, Instant now) {
        String time = AliyunV4.time(now);
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
        fields.put(
                "authorization", new AliyunV4("SLS4-HMAC-SHA256", "sls", region).authorization(keys, time, canonical));
        return new RestRequest(
                request.tried(), request.method(), request.uri(), fields, request.body(), request.idempotent());
    }
}
