// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.clouds.aws.credentials.SigV4;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who signed a request by Signature Version 4. A wrong signature and an unknown key are told alike. Pure. Source: AWS IAM user
 * guide, "Create a signed AWS API request" and "Troubleshoot Signature Version 4".
 */
final class SignatureCheck {
    /** How far a request's time may be off. */
    static final Duration SKEW_MAX = Duration.ofMinutes(5);

    /** Fields that may be signed; no client signs more than a dozen. */
    static final int FIELDS_MAX = 64;

    private static final Pattern AUTHORIZATION =
            Pattern.compile(SigV4.ALGORITHM + " +Credential=([A-Za-z0-9]{1,128})/([0-9]{8})/([-a-z0-9]{1,32})/lambda"
                    + "/aws4_request, *SignedHeaders=([-a-z0-9;]{1,2048}), *Signature=([0-9a-f]{64})");
    private static final String WRONG =
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access"
                    + " Key and signing method. Consult the service documentation for details.";

    private SignatureCheck() {}

    /** What came of it. */
    sealed interface Result {
        /** It is {@code key}'s. @param region that the client thinks it speaks to */
        record Proved(Key key, String region) implements Result {}

        /** Nobody knows whose it is. @param type AWS's word for why */
        record Not(String keyId, String type, String message) implements Result {}
    }

    static Result check(FacadeRequest request, Keys keys, Instant now) {
        String field = request.headers().first("authorization");
        if (field == null) {
            return new Result.Not("", "MissingAuthenticationTokenException", "Missing Authentication Token");
        }
        Matcher said = AUTHORIZATION.matcher(field.strip());
        if (!said.matches()) {
            return new Result.Not(
                    "",
                    "IncompleteSignatureException",
                    "Authorization must be " + SigV4.ALGORITHM
                            + " Credential=KEY/DAY/REGION/lambda/aws4_request, SignedHeaders=…, Signature=…");
        }
        String keyId = said.group(1);
        String time = request.headers().first("x-amz-date");
        String late = time == null ? "x-amz-date is missing" : late(time, said.group(2), now);
        if (time == null || late != null) {
            return new Result.Not(keyId, "InvalidSignatureException", String.valueOf(late));
        }
        List<String> names = Arrays.asList(said.group(4).split(";", -1));
        SortedMap<String, String> signed = signed(request, names);
        if (signed == null) {
            return new Result.Not(
                    keyId,
                    "InvalidSignatureException",
                    "SignedHeaders must name host, x-amz-date and every x-amz- field of the request, each once and in order");
        }
        Key key = keys.find(keyId);
        SigV4.Message message = new SigV4.Message(
                request.line().method(),
                request.authority(),
                request.line().path(),
                request.line().query(),
                signed,
                request.body());
        // who names no key that there is waits as long for the answer as who guesses a secret
        byte[] wanted = new SigV4("lambda", said.group(3))
                .signature(message, signed, time, key == null ? "no such key" : key.secret());
        boolean same = MessageDigest.isEqual(wanted, HexFormat.of().parseHex(said.group(5)));
        if (key == null || !same || !bodyIsSo(request)) {
            return new Result.Not(keyId, "InvalidSignatureException", WRONG);
        }
        return new Result.Proved(key, said.group(3));
    }

    private static @Nullable String late(String time, String day, Instant now) {
        Instant then;
        try {
            then = SigV4.TIME.parse(time, Instant::from);
        } catch (DateTimeException unreadable) {
            return "x-amz-date must be a time such as 20260131T120000Z";
        }
        if (!time.startsWith(day)) {
            return "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP";
        }
        String current = SigV4.TIME.format(now);
        if (then.isBefore(now.minus(SKEW_MAX))) {
            return "Signature expired: " + time + " is now earlier than " + SigV4.TIME.format(now.minus(SKEW_MAX))
                    + " (" + current + " - 5 min.)";
        }
        return then.isAfter(now.plus(SKEW_MAX))
                ? "Signature not yet current: " + time + " is still later than " + SigV4.TIME.format(now.plus(SKEW_MAX))
                        + " (" + current + " + 5 min.)"
                : null;
    }

    /** The fields that {@code names} are; null where they are not as they have to be. */
    private static @Nullable SortedMap<String, String> signed(FacadeRequest request, List<String> names) {
        SortedMap<String, String> signed = new TreeMap<>();
        for (String name : names) {
            List<String> values = name.equals("host")
                    ? List.of(request.authority())
                    : request.headers().all(name);
            if (values.isEmpty() || signed.put(name, String.join(",", values)) != null) {
                return null;
            }
        }
        boolean[] whole = {names.size() <= FIELDS_MAX && signed.containsKey("host") && signed.containsKey("x-amz-date")
        };
        request.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            whole[0] &= !lower.startsWith("x-amz-") || signed.containsKey(lower);
        });
        return whole[0] && List.copyOf(signed.keySet()).equals(names) ? signed : null;
    }

    /** Whether the body is the one that was announced, where one was. */
    private static boolean bodyIsSo(FacadeRequest request) {
        String said = request.headers().first("x-amz-content-sha256");
        return said == null
                || MessageDigest.isEqual(
                        said.getBytes(StandardCharsets.UTF_8),
                        SigV4.sha256(request.body()).getBytes(StandardCharsets.UTF_8));
    }
}
