// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request is signed, by {@code rsa-sha256}, with the RSA pair of one of Weft's keys. Pure. The same request may come
 * again for as long as its date is good. Source: OCI documentation "Request Signatures".
 */
sealed interface OciProof {
    /** How far a date may be from ours, as OCI allows. */
    Duration SKEW_MAX = Duration.ofMinutes(5);

    /** It is. */
    record By(Key key) implements OciProof {}

    /**
     * It is not.
     *
     * @param keyId the key that it names; empty where it names none
     */
    record None(String keyId, OciRefusal refusal) implements OciProof {}

    /** Reads it; the body is only looked at once the rest is proved. */
    static OciProof of(FacadeRequest request, Keys keys, Instant now) {
        return Reading.proof(request, keys, now);
    }

    /** What is said, and what it must be. */
    final class Reading {
        private static final int VALUE_CHARS_MAX = 8192;
        private static final int NAMES_MAX = 64;
        private static final String SCHEME = "Signature ";
        private static final String TARGET = "(request-target)";
        private static final String HASH = "x-content-sha256";
        private static final Pattern PARAMETER = Pattern.compile(" *([A-Za-z]{1,16})=\"([^\"]*)\" *(,|$)");
        private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

        /** What stands for the public key where there is no such key: checking against it takes as long. */
        private static final PublicKey NOBODYS = nobodys();

        private Reading() {}

        static OciProof proof(FacadeRequest request, Keys keys, Instant now) {
            Map<String, String> said = parameters(request.headers().all("authorization"));
            if (said == null) {
                return none(
                        "",
                        "the Authorization field must be Signature version=\"1\",keyId=\"TENANCY/USER/FINGERPRINT\","
                                + "algorithm=\"rsa-sha256\",headers=\"…\",signature=\"…\"; weft key create --rsa makes a key for it");
            }
            String keyId = said.getOrDefault("keyId", "");
            String id = OciIdentity.named(keyId);
            String other = otherWay(said, keyId);
            if (other != null) {
                return none(id, other);
            }
            List<String> names = List.of(said.getOrDefault("headers", "date").split(" ", -1));
            String unsigned = unsigned(request, names);
            if (unsigned != null) {
                return none(id, unsigned);
            }
            Key key = keys.find(id);
            OciIdentity identity = key == null ? null : OciIdentity.of(key);
            PublicKey rsa = key == null || identity == null || key.rsa() == null ? NOBODYS : key.rsa();
            boolean signed = signed(rsa, text(request, names), said.getOrDefault("signature", ""));
            if (key == null || identity == null || !signed || !KeyProof.same(identity.keyId(), keyId)) {
                return none(
                        id, "The required information to complete authentication was not provided or was incorrect.");
            }
            String late = stale(request.headers(), names, now);
            if (late == null) {
                late = otherBody(request);
            }
            return late == null ? new By(key) : none(id, late);
        }

        private static None none(String keyId, String why) {
            return new None(keyId, OciRefusal.unproved(why));
        }

        /** The parts of the one field, by name; null where it is none of that form. */
        private static @Nullable Map<String, String> parameters(List<String> fields) {
            String field = fields.size() == 1 ? fields.getFirst() : "";
            if (field.length() > VALUE_CHARS_MAX || !field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                return null;
            }
            Map<String, String> said = new HashMap<>();
            Matcher next = PARAMETER.matcher(field).region(SCHEME.length(), field.length());
            while (next.lookingAt()) {
                if (said.put(next.group(1), next.group(2)) != null) {
                    return null;
                }
                if (next.group(3).isEmpty()) {
                    return said;
                }
                next.region(next.end(), field.length());
            }
            return null;
        }

        private static @Nullable String otherWay(Map<String, String> said, String keyId) {
            if (!said.getOrDefault("version", "1").equals("1")) {
                return "the signature's version must be 1";
            }
            if (!said.getOrDefault("algorithm", "").equals("rsa-sha256")) {
                return "the signature's algorithm must be rsa-sha256";
            }
            return keyId.startsWith("ST$")
                    ? "there are no session tokens here; use an API key, which weft key create --rsa makes"
                    : null;
        }

        /** What the signature must stand for and does not; null where there is none. */
        private static @Nullable String unsigned(FacadeRequest request, List<String> names) {
            if (names.size() > NAMES_MAX || new HashSet<>(names).size() < names.size()) {
                return "the signature's headers must name each field once, and at most " + NAMES_MAX;
            }
            if (!names.contains("date") && !names.contains("x-date")) {
                return missing("date");
            }
            List<String> needed = WITH_BODY.contains(request.line().method())
                    ? List.of(TARGET, "host", "content-length", "content-type", HASH)
                    : List.of(TARGET, "host");
            for (String name : needed) {
                if (!names.contains(name)) {
                    return missing(name);
                }
            }
            for (String name : names) {
                List<String> values = request.headers().all(name);
                if (!name.equals(TARGET) && (values.size() > 1 || (values.isEmpty() && !name.equals("host")))) {
                    return "the signature's headers name a field that stands there " + values.size() + " times";
                }
            }
            return null;
        }

        private static String missing(String name) {
            return "the signature's headers must name " + name;
        }

        private static String text(FacadeRequest request, List<String> names) {
            StringBuilder text = new StringBuilder();
            for (String name : names) {
                text.append(text.isEmpty() ? "" : "\n")
                        .append(name)
                        .append(": ")
                        .append(value(request, name));
            }
            return text.toString();
        }

        private static String value(FacadeRequest request, String name) {
            if (name.equals(TARGET)) {
                return request.line().method().toLowerCase(Locale.ROOT)
                        + ' '
                        + request.line().target();
            }
            String value = request.headers().first(name);
            return value == null ? request.authority() : value; // only host may be missing
        }

        private static boolean signed(PublicKey key, String text, String signature) {
            try {
                Signature rsa = Signature.getInstance("SHA256withRSA");
                rsa.initVerify(key);
                rsa.update(text.getBytes(StandardCharsets.UTF_8));
                return rsa.verify(Base64.getDecoder().decode(signature));
            } catch (GeneralSecurityException | IllegalArgumentException noSignature) {
                return false;
            }
        }

        private static @Nullable String stale(Headers headers, List<String> names, Instant now) {
            String said = headers.first(names.contains("x-date") ? "x-date" : "date");
            try {
                Instant date = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(String.valueOf(said)));
                return Duration.between(date, now).abs().compareTo(SKEW_MAX) <= 0
                        ? null
                        : "the date of the request is more than " + SKEW_MAX.toMinutes()
                                + " minutes from the server's clock";
            } catch (DateTimeException | ArithmeticException noDate) {
                return "the date of the request must be such as Mon, 30 Nov 2026 12:00:00 GMT";
            }
        }

        private static @Nullable String otherBody(FacadeRequest request) {
            if (!WITH_BODY.contains(request.line().method())) {
                return null;
            }
            Headers headers = request.headers();
            if (!Integer.toString(request.body().length).equals(headers.first("content-length"))) {
                return "content-length is not the body's";
            }
            String hash = Base64.getEncoder().encodeToString(Sha256.of(request.body()));
            return KeyProof.same(hash, String.valueOf(headers.first(HASH)))
                    ? null
                    : HASH + " is not the body's SHA-256 in base64";
        }

        private static PublicKey nobodys() {
            byte[] modulus = new byte[256];
            Arrays.fill(
                    modulus,
                    (byte) 0xb5); // odd, with all its bits: no product that anybody knows the factors of is needed
            try {
                return KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(new BigInteger(1, modulus), BigInteger.valueOf(65_537)));
            } catch (GeneralSecurityException broken) {
                throw new IllegalStateException("every JDK reads RSA keys", broken);
            }
        }
    }
}
