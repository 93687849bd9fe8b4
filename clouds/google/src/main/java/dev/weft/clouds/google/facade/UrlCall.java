// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
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

    static Wish wish(FacadeRequest request, Keys keys) {
        CallUrl url = CallUrl.read(request.line().path());
        KeyProof by = url == null ? null : url.proof(keys);
        if (by == null) {
            List<String> instead = request.headers().all(INSTEAD);
            by = KeyProof.bearer(instead.isEmpty() ? request.headers().all("authorization") : instead, keys);
        }
        return switch (by) {
            case KeyProof.None(String keyId) ->
                new Wish.Refused(ACTION, keyId, false, "no key with its secret", UrlAnswering.unproved());
            case KeyProof.By(Key key) ->
                url == null || !(url.who().indexOf('.') >= 0 || url.who().equals(key.namespace()))
                        ? new Wish.Refused(ACTION, key.id(), true, "no such URL", new UrlAnswering().absent())
                        : passed(request, key, url);
        };
    }

    private static Wish passed(FacadeRequest request, Key key, CallUrl url) {
        RequestLine line = new RequestLine(
                request.line().method(), url.rest(), request.line().query());
        UrlAnswering answering = new UrlAnswering();
        Headers fields = fields(request.headers());
        Wish.Exchange call = new Wish.Exchange(key, url.function(), line, fields, request.body(), answering);
        return new Wish.Passed(call, ANSWER_BYTES_MAX, answering);
    }

    private static Headers fields(Headers headers) {
        Headers.Builder fields = Headers.builder();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean key = lower.equals(INSTEAD)
                    || (lower.equals("authorization") && KEY.matcher(value).matches());
            if (!key) {
                fields.add(name, value);
            }
        });
        return fields.build();
    }
}
