// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A call of a function by its URL. Pure. */
final class UrlCall {
    /** Bytes of an answer, which streams; Cloud Run has no limit there, and everything here has one. */
    static final long ANSWER_BYTES_MAX = 1L << 30;

    private static final String ACTION = "call URL";

    /** Says who calls where {@code Authorization} is the function's own, as Cloud Run reads it. */
    private static final String INSTEAD = "x-serverless-authorization";

    /** A field that holds a key of Weft's, which no function is given. */
    private static final Pattern KEY = Pattern.compile("(?i:bearer|basic) +[A-Z0-9]{20}\\.[A-Za-z0-9]{40} *");

    private UrlCall() {}

    static Wish wish(FacadeRequest request, Keys keys, Instant now) {
        CallUrl url = CallUrl.read(request.line().path());
        KeyProof by = url == null ? KeyProof.bearer(authorization(request), keys) : by(request, url, keys, now);
        return switch (by) {
            case KeyProof.None(String keyId) ->
                new Wish.Refused(ACTION, keyId, false, "no key with its secret", UrlAnswering.unproved());
            case KeyProof.By(Key key) ->
                url == null || !key.namespace().equals(url.namespace(keys))
                        ? new Wish.Refused(ACTION, key.id(), true, "no such URL", new UrlAnswering().absent())
                        : passed(request, key, url, keys);
        };
    }

    /** What is said to Google's front end counts, then what the URL proves, then what may be the function's own. */
    private static KeyProof by(FacadeRequest request, CallUrl url, Keys keys, Instant now) {
        KeyProof proof = url.proof(keys);
        List<String> instead = request.headers().all(INSTEAD);
        if (proof instanceof KeyProof.None || (proof != null && instead.isEmpty())) {
            return proof;
        }
        return Bearer.atUrl(instead.isEmpty() ? authorization(request) : instead, keys, request, url, now);
    }

    private static List<String> authorization(FacadeRequest request) {
        return request.headers().all("authorization");
    }

    private static Wish passed(FacadeRequest request, Key key, CallUrl url, Keys keys) {
        RequestLine line = new RequestLine(
                request.line().method(), url.rest(), request.line().query());
        UrlAnswering answering = new UrlAnswering();
        Headers fields = fields(request.headers(), keys);
        Wish.Exchange call = new Wish.Exchange(key, url.function(), line, fields, request.body(), answering);
        return new Wish.Passed(call, ANSWER_BYTES_MAX, answering);
    }

    private static Headers fields(Headers headers, Keys keys) {
        Headers.Builder fields = Headers.builder();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean key = lower.equals(INSTEAD)
                    || (lower.equals("authorization") && (KEY.matcher(value).matches() || ours(value, keys)));
            if (!key) {
                fields.add(name, value);
            }
        });
        return fields.build();
    }

    /** Whether it is a token of one of Weft's keys, good or not any more. */
    private static boolean ours(String authorization, Keys keys) {
        Jwt token = Bearer.token(List.of(authorization));
        return token != null && keys.find(token.keyId()) != null;
    }
}
