// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Operations;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a storage account's key is here: made of one of Weft's keys for one account's name, and good for as long as that is. It signs
 * requests (Shared Key), and addresses that open one blob (service SAS). Source: Azure Storage REST reference, "Authorize with Shared
 * Key", "Create a service SAS". Pure.
 *
 * @param bytes of it
 */
record StorageKey(String account, byte[] bytes) {
    /** How far a client's clock may be off. */
    static final Duration SKEW = Duration.ofMinutes(15);

    /** Standard fields of a string to sign, between the method and the fields {@code x-ms-…}; {@code content-length} among them. */
    private static final String[] FIELDS = {
        "content-encoding",
        "content-language",
        "content-length",
        "content-md5",
        "content-type",
        "date",
        "if-modified-since",
        "if-match",
        "if-none-match",
        "if-unmodified-since",
        "range"
    };

    /** Parameters of an address's string to sign around the blob's name, in their order. */
    private static final String[] BEFORE = {"sp", "st", "se"};

    private static final String[] BEHIND = {
        "si", "sip", "spr", "sv", "sr", "snapshot", "ses", "rscc", "rscd", "rsce", "rscl", "rsct"
    };

    /** The one of {@code account} that {@code key} proves; of nobody's where there is no such key. */
    static StorageKey of(@Nullable Key key, String account) {
        String secret = key == null ? KeyProof.NOBODYS : key.secret();
        String namespace = key == null ? "" : key.namespace();
        String proof = Hmac.of(secret, "weft azure storage\n" + namespace + '\n' + account);
        return new StorageKey(account, Base64.getUrlDecoder().decode(proof));
    }

    /** As clients have it. */
    String text() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Whether it signed {@code request} lately. */
    boolean signed(FacadeRequest request, Instant now) {
        String said = request.headers().first("authorization");
        String date = request.headers().first("x-ms-date");
        String text = said == null || date == null ? null : text(request);
        return text != null
                && said != null
                && near(date, now)
                && KeyProof.same("SharedKey " + account + ':' + hmac(text), said);
    }

    private static boolean near(@Nullable String date, Instant now) {
        try {
            Instant then = ZonedDateTime.parse(String.valueOf(date), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Duration.between(then, now).abs().compareTo(SKEW) <= 0;
        } catch (DateTimeException noDate) {
            return false;
        }
    }

    /** Null where its query is none. */
    private @Nullable String text(FacadeRequest request) {
        Map<String, String> query = Operations.query(request.line());
        if (query == null) {
            return null;
        }
        Headers headers = request.headers();
        StringBuilder text = new StringBuilder(request.line().method()).append('\n');
        for (String each : FIELDS) {
            String value = headers.first(each);
            boolean none = value == null
                    || (each.equals("content-length") && value.equals("0"))
                    || (each.equals("date") && headers.has("x-ms-date"));
            text.append(none ? "" : value).append('\n');
        }
        Map<String, String> own = new TreeMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-ms-")) {
                own.merge(lower, value.strip(), (one, other) -> one + ',' + other);
            }
        });
        own.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
        text.append('/').append(account).append(request.line().path());
        Map<String, String> parameters = new TreeMap<>();
        query.forEach((name, value) -> parameters.put(name.toLowerCase(Locale.ROOT), value));
        parameters.forEach(
                (name, value) -> text.append('\n').append(name).append(':').append(value));
        return text.toString();
    }

    /** Whether it signed an address with this query, which opens {@code blob}, its container before it, for reading. */
    boolean opens(String blob, Map<String, String> query, Instant now) {
        StringBuilder text = new StringBuilder();
        for (String each : BEFORE) {
            text.append(query.getOrDefault(each, "")).append('\n');
        }
        text.append("/blob/").append(account).append('/').append(blob);
        for (String each : BEHIND) {
            text.append('\n').append(query.getOrDefault(each, ""));
        }
        return KeyProof.same(hmac(text.toString()), query.getOrDefault("sig", ""))
                && query.getOrDefault("sr", "").equals("b")
                && query.getOrDefault("sp", "").contains("r")
                && query.getOrDefault("si", "").isEmpty()
                && query.getOrDefault("sip", "").isEmpty()
                && query.getOrDefault("st", "").isEmpty()
                && until(query.getOrDefault("se", "")).isAfter(now);
    }

    private static Instant until(String said) {
        try {
            return Instant.parse(said);
        } catch (DateTimeException never) {
            return Instant.MIN;
        }
    }

    private String hmac(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }

    @Override
    public String toString() {
        return "StorageKey[" + account + ", redacted]";
    }
}
