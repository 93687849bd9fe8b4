// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.Headers;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.clouds.alibaba.account.Acs3;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request is signed, by {@code ACS3-HMAC-SHA256}, with one of Weft's keys. Pure. The same request may come again for
 * as long as its date is good: nonces are not remembered.
 */
sealed interface FcProof {
    /** How far a date may be from ours, as Alibaba allows. */
    Duration SKEW_MAX = Duration.ofMinutes(15);

    /** It is. */
    record By(Key key) implements FcProof {}

    /**
     * It is not.
     *
     * @param keyId the key that it names; empty where it names none
     */
    record None(String keyId, FcError error) implements FcProof {}

    /** Reads it; the body is only looked at once the rest is proved. */
    static FcProof of(FacadeRequest request, Keys keys, Instant now) {
        return Reading.proof(request, keys, now);
    }

    /** What is said, and what it must be. */
    final class Reading {
        private static final int VALUE_CHARS_MAX = 4096;
        private static final Pattern SAID = Pattern.compile(
                Acs3.ALGORITHM + " +Credential=([!-+\\--~]{1,128}), *SignedHeaders=([a-z0-9;_-]{1,2048}),"
                        + " *Signature=([0-9a-f]{64})");
        private static final List<String> SIGNED = List.of(
                "host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version");

        private Reading() {}

        static FcProof proof(FacadeRequest request, Keys keys, Instant now) {
            String said = request.headers().first("authorization");
            if (said == null) {
                return new None("", FcError.missing("Authorization"));
            }
            Matcher parts = SAID.matcher(said.length() > VALUE_CHARS_MAX ? "" : said.strip());
            if (!parts.matches()) {
                return new None(
                        "",
                        FcError.invalid("authorization must be '" + Acs3.ALGORITHM
                                + " Credential=…,SignedHeaders=…,Signature=…'; other algorithms are not understood"));
            }
            String id = parts.group(1);
            FcError wrong = unsigned(request.headers(), List.of(parts.group(2).split(";", -1)));
            if (wrong != null) {
                return new None(id, wrong);
            }
            Key key = keys.find(id);
            String expected =
                    Acs3.signature(signed(request, parts.group(2)), key == null ? KeyProof.NOBODYS : key.secret());
            boolean same = KeyProof.same(expected, parts.group(3));
            if (key == null || !same) {
                return new None(id, FcError.signature());
            }
            wrong = stale(request.headers(), now);
            if (wrong == null) {
                wrong = otherBody(request);
            }
            return wrong == null ? new By(key) : new None(id, wrong);
        }

        /** A field that the signature must stand for and does not; null where there is none. */
        private static @Nullable FcError unsigned(Headers headers, List<String> names) {
            TreeSet<String> needed = new TreeSet<>(SIGNED);
            headers.forEach((name, value) -> {
                if (name.regionMatches(true, 0, "x-acs-", 0, 6) || name.equalsIgnoreCase("content-type")) {
                    needed.add(name.toLowerCase(Locale.ROOT));
                }
            });
            for (String name : needed) {
                List<String> values = headers.all(name);
                if (values.isEmpty() && !name.equals("host")) {
                    return FcError.missing(name);
                }
                if (values.size() > 1) {
                    return FcError.invalid("HTTP header " + name + " stands there " + values.size() + " times");
                }
                if (!names.contains(name)) {
                    return FcError.invalid("SignedHeaders must name " + name);
                }
            }
            if (headers.has("x-acs-security-token")) {
                return new FcError(
                        403,
                        "InvalidSecurityToken",
                        "x-acs-security-token: there are no temporary keys here; use an access key of weft key create");
            }
            return null;
        }

        private static Acs3.Signed signed(FacadeRequest request, String names) {
            Map<String, String> fields = new TreeMap<>();
            for (String name : names.split(";", -1)) {
                String value = request.headers().first(name);
                fields.put(name, value != null ? value : name.equals("host") ? request.authority() : "");
            }
            String payload = request.headers().first("x-acs-content-sha256");
            return new Acs3.Signed(
                    request.line().method(),
                    request.line().path(),
                    request.line().query(),
                    fields,
                    payload == null ? "" : payload);
        }

        private static @Nullable FcError stale(Headers headers, Instant now) {
            try {
                Instant date = Instant.parse(String.valueOf(headers.first("x-acs-date")));
                return Duration.between(date, now).abs().compareTo(SKEW_MAX) <= 0
                        ? null
                        : new FcError(
                                403,
                                "InvalidTimeStamp.Expired",
                                "Specified time stamp or date value is expired: x-acs-date is more than "
                                        + SKEW_MAX.toMinutes() + " minutes from the server's clock");
            } catch (DateTimeException noDate) {
                return FcError.invalid("x-acs-date must be a time such as 2026-11-29T12:00:00Z");
            }
        }

        private static @Nullable FcError otherBody(FacadeRequest request) {
            String said = String.valueOf(request.headers().first("x-acs-content-sha256"));
            return KeyProof.same(said, Sha256.hex(request.body()))
                    ? null
                    : FcError.invalid("x-acs-content-sha256 is not the body's SHA-256 in hexadecimal digits");
        }
    }
}
