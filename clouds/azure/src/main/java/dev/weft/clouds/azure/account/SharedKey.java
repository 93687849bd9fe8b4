// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.rest.RestRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of a storage account's key: of requests, and of addresses that open one blob to whoever has them. Redacted in
 * every text. Pure.
 */
record SharedKey(String account, String key) {
    /** Version of Blob Storage. */
    static final String VERSION = "2022-11-02";

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** {@code request} with its date, version and signature. */
    RestRequest sign(RestRequest request, Instant now) {
        RestRequest dated = request.header("x-ms-date", DATE.format(now)).header("x-ms-version", VERSION);
        return dated.header("authorization", "SharedKey " + account + ':' + hmac(text(dated)));
    }

    private String text(RestRequest request) {
        Map<String, String> headers = request.headers();
        StringBuilder text = new StringBuilder(request.method()).append('\n');
        text.append("\n\n"); // content encoding, content language
        text.append(request.body().length == 0 ? "" : Integer.toString(request.body().length))
                .append('\n');
        text.append('\n').append(headers.getOrDefault("content-type", "")).append('\n');
        text.append("\n\n\n"); // date, which x-ms-date says; if-modified-since; if-match
        text.append(headers.getOrDefault("if-none-match", "")).append('\n');
        text.append("\n\n"); // if-unmodified-since, range
        new TreeMap<>(headers).forEach((name, value) -> {
            if (name.startsWith("x-ms-")) {
                text.append(name).append(':').append(value.strip()).append('\n');
            }
        });
        URI uri = request.uri();
        text.append('/').append(account).append(uri.getRawPath());
        parameters(uri)
                .forEach((name, value) ->
                        text.append('\n').append(name).append(':').append(value));
        return text.toString();
    }

    private static TreeMap<String, String> parameters(URI uri) {
        TreeMap<String, String> parameters = new TreeMap<>();
        String query = uri.getRawQuery();
        for (String each : (query == null ? "" : query).split("&", -1)) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                parameters.put(
                        each.substring(0, equals).toLowerCase(Locale.ROOT),
                        URLDecoder.decode(each.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return parameters;
    }

    /** {@code blob}'s address, with the right to read it until {@code end}. */
    String readable(URI blob, String container, String name, Instant end) {
        String until = end.truncatedTo(ChronoUnit.SECONDS).toString();
        String text = String.join(
                "\n",
                "r",
                "",
                until,
                "/blob/" + account + '/' + container + '/' + name,
                "",
                "",
                "",
                VERSION,
                "b",
                "",
                "",
                "",
                "",
                "",
                "",
                "");
        return blob + "?sv=" + VERSION + "&se=" + URLEncoder.encode(until, StandardCharsets.UTF_8) + "&sr=b&sp=r&sig="
                + URLEncoder.encode(hmac(text), StandardCharsets.UTF_8);
    }

    private String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("every JDK has HmacSHA256", broken);
        }
    }

    @Override
    public String toString() {
        return "SharedKey[" + account + ", redacted]";
    }
}
