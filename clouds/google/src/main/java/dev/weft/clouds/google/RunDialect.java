// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.google.account.GoogleAccount;
import dev.weft.clouds.google.credentials.CredentialChain;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls a function of {@link GoogleAccount} at its own address. The call is mapped as {@link FunctionsDialect} has it; what is
 * added is for Google's front end, which stands before every function, lets through who shows an ID token, and answers itself
 * when it can't. Source: Cloud Run documentation, "Authenticate service-to-service", "Troubleshoot Cloud Run issues".
 *
 * <p>A function's answer passes with fields of its own; the front end's has none but {@link #FRONT_END}'s, and a page in
 * HTML or a few words as its body. That, and nothing else in an answer's head, tells the two apart.
 */
final class RunDialect implements InvokeDialect {
    /** Where the front end looks first, and which it takes off: {@code authorization} stays the caller's. */
    static final String TOKEN = "x-serverless-authorization";

    /** When the answer is of no use any more; Google has no field for it. */
    static final String DEADLINE = "weft-deadline";

    private static final String KEY = "idempotency-key";
    private static final String PAGE = "text/html; charset=UTF-8";

    /** Fields that are on answers of the front end's own, and on everybody else's too. */
    private static final Set<String> FRONT_END = Set.of(
            "alt-svc",
            "connection",
            "content-length",
            "content-type",
            "date",
            "keep-alive",
            "referrer-policy",
            "retry-after",
            "server",
            "traceparent",
            "transfer-encoding",
            "via",
            "www-authenticate",
            "x-cloud-trace-context");

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Stream();
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        WireRequest mapped = new FunctionsDialect(signature(target)).encode(call, target, credentials, now);
        URI endpoint = target.endpoint();
        // whoever calls the gateway must not choose what Google sees as Weft's credentials
        Headers.Builder headers = Headers.builder().addAll(mapped.headers()).remove(TOKEN);
        String asked = mapped.headers().first("host");
        if (call instanceof Call.Exchange && asked != null && !asked.equals(endpoint.getRawAuthority())) {
            headers.set("x-forwarded-host", asked);
        }
        headers.set("host", endpoint.getRawAuthority());
        if (call.context().deadline().isBefore(Instant.MAX)) {
            headers.set(DEADLINE, call.context().deadline().toString());
        }
        if (call instanceof Call.Event event && event.attributes().containsKey(KEY)) {
            headers.set(KEY, event.attributes().getOrDefault(KEY, "").replaceAll("[^ -~]", ""));
        }
        String token = credentials.parts().get(CredentialChain.ID_TOKEN);
        if (token != null) {
            headers.set(TOKEN, "Bearer " + token);
        }
        return new WireRequest(mapped.method(), base(endpoint) + mapped.target(), headers.build(), mapped.body());
    }

    private static @Nullable Signature signature(Target target) {
        String word = target.parts().get("signature");
        for (Signature each : Signature.values()) {
            if (each.word().equals(word)) {
                return each;
            }
        }
        return null;
    }

    private static String base(URI endpoint) {
        String path = endpoint.getRawPath();
        return path == null || path.equals("/") ? "" : path;
    }

    /** Where everybody may call, the front end refuses nobody: a 401 or 403 is the function's own. */
    @Override
    public Verdict decode(Call call, Target target, WireHead head) {
        boolean refusal = head.status() == 401 || head.status() == 403;
        return refusal && "true".equals(target.parts().get("public"))
                ? new FunctionsDialect(null).decode(call, head)
                : decode(call, head);
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        Verdict frontEnd = head.status() >= 400 && bare(head.headers()) ? frontEnd(head) : null;
        return frontEnd == null ? new FunctionsDialect(null).decode(call, head) : frontEnd;
    }

    /** Whether an answer has nothing of a function's in it. */
    private static boolean bare(Headers headers) {
        boolean[] only = {true};
        headers.forEach((name, value) -> only[0] &= FRONT_END.contains(name.toLowerCase(Locale.ROOT)));
        String type = headers.first("content-type");
        return only[0] && type != null && (type.startsWith("text/html") || type.startsWith("text/plain"));
    }

    /** Null where it may as well be the function's own, and passes as that. */
    private static @Nullable Verdict frontEnd(WireHead head) {
        String challenge = head.headers().first("www-authenticate");
        boolean page = PAGE.equals(head.headers().first("content-type"));
        return switch (head.status()) {
            case 401, 403 ->
                page || (challenge != null && challenge.startsWith("Bearer"))
                        ? failed(
                                CloudException.Kind.DENIED,
                                "Google's front end refused our credentials with status " + head.status()
                                        + ": who runs Weft needs roles/run.invoker on the function",
                                head)
                        : null;
            case 404 ->
                page && head.headers().has("referrer-policy")
                        ? failed(CloudException.Kind.ABSENT, "Google has no function at this address", head)
                        : null;
            case 408, 504 ->
                new Verdict.NeedsWhole(
                        FunctionsDialect.ERROR_BYTES_MAX,
                        bytes -> new Outcome.Failure(
                                Outcome.Failure.Reason.TIMEOUT,
                                "http " + head.status(),
                                "the function did not answer within its timeout on Google",
                                bytes,
                                ""));
            case 429, 500, 502, 503 ->
                failed(
                        CloudException.Kind.UNKNOWN,
                        "Google answered status " + head.status()
                                + " with nothing of the function's in it: no instance was"
                                + " free, or one failed; it may have run",
                        head);
            default -> null;
        };
    }

    private static Verdict failed(CloudException.Kind kind, String why, WireHead head) {
        return new Verdict.CloudFailed(new CloudException(kind, why, null, retryAfter(head.headers())));
    }

    private static @Nullable Duration retryAfter(Headers headers) {
        String value = headers.first("retry-after");
        return value != null && value.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(value)) : null;
    }
}
