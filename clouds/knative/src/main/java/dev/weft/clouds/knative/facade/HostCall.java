// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A call of a function by its host: any method and path, as it is; or, where the client would rather not wait ({@code Prefer:
 * respond-async}, as Knative's asynchronous component reads it), a POST to {@code /} as an event. Pure.
 */
final class HostCall {
    /** Bytes of an answer, which streams. */
    static final long ANSWER_BYTES_MAX = 1L << 30;

    static final String ACTION = "call host";

    private static final Pattern ASYNC = Pattern.compile("(?i)(.*[,;] *)?respond-async *([,;].*)?");

    private HostCall() {}

    static Wish wish(FacadeRequest request, Domain.Called called, Key key) {
        if (!called.namespace().equals(key.namespace())) {
            return new Wish.Refused(ACTION, key.id(), true, "no such host", HostAnswering.nobody());
        }
        boolean instead =
                request.headers().has(KubeProof.INSTEAD) || !called.proof().isEmpty();
        Headers fields = fields(request.headers(), instead);
        boolean later = request.line().method().equals("POST")
                && request.line().path().equals("/")
                && request.line().query() == null
                && request.headers().all("prefer").stream()
                        .anyMatch(each -> ASYNC.matcher(each).matches());
        if (later) {
            return new Wish.Later(
                    key,
                    called.name(),
                    request.headers().first("content-type"),
                    attributes(request.headers()),
                    request.body(),
                    new Taking());
        }
        HostAnswering answering = new HostAnswering();
        Wish.Exchange call = new Wish.Exchange(key, called.name(), request.line(), fields, request.body(), answering);
        return new Wish.Passed(call, ANSWER_BYTES_MAX, answering);
    }

    /**
     * By the host that was shown. One whose proof is not good is a host that there is not, as on Knative; what is said beside a good one
     * must be good too.
     */
    static Wish byProof(FacadeRequest request, Domain.Called called, Keys keys) {
        KeyProof shown = HostProof.read(called.proof(), called.name(), called.namespace(), keys);
        boolean more = shown instanceof KeyProof.By && request.headers().has(KubeProof.INSTEAD);
        return switch (more ? KubeProof.of(request.headers(), keys) : shown) {
            case KeyProof.By(Key key) -> wish(request, called, key);
            case KeyProof.None(String keyId) ->
                new Wish.Refused(
                        ACTION,
                        keyId,
                        false,
                        "no key with its secret",
                        more ? HostAnswering.unproved() : HostAnswering.nobody());
        };
    }

    private static Headers fields(Headers headers, boolean instead) {
        Headers.Builder fields = Headers.builder();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean key = lower.equals(KubeProof.INSTEAD)
                    || (lower.equals("authorization") && (!instead || KubeProof.isKey(value)));
            if (!key) {
                fields.add(name, value);
            }
        });
        return fields.build();
    }

    /** Those of a CloudEvent in binary mode. Source: CloudEvents 1.0.2, HTTP protocol binding, section 3.1.3. */
    private static Map<String, String> attributes(Headers headers) {
        Map<String, String> attributes = new HashMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.matches("ce-[a-z0-9]{1,64}")) {
                attributes.put(lower.substring(3), decoded(value));
            }
        });
        return attributes;
    }

    private static String decoded(String value) {
        try {
            return value.indexOf('%') < 0
                    ? value
                    : URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException asItIs) {
            return value;
        }
    }

    /** An event that was left at a function's host: 202 once it is kept, with the id by which it is asked for. */
    private static final class Taking implements Wish.Taking {
        private static final Duration SOON = Duration.ofSeconds(1);

        @Override
        public FacadeAnswer taken(String id) {
            return new FacadeAnswer(
                    202, Headers.of(HostAnswering.INVOCATION, id, "Preference-Applied", "respond-async"), new byte[0]);
        }

        @Override
        public FacadeAnswer refused(Taken.Refused refused) {
            return switch (refused.why()) {
                case BUSY, FULL, UNAVAILABLE -> HostAnswering.words(503, refused.message(), "", SOON);
                case TOO_LARGE -> HostAnswering.words(413, refused.message(), "", null);
            };
        }

        @Override
        public FacadeAnswer absent() {
            return HostAnswering.nobody();
        }
    }
}
