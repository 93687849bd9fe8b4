// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Calls of actions on OpenWhisk: by its API, with a key, so that an action need not be open to the world and a failure is told
 * by its activation record; or, where an account says so, an exchange by the web action's own address. Pure.
 */
public final class InvocationDialect implements InvokeDialect {
    /** Part of a target: the namespace, by its own name. */
    public static final String NAMESPACE = "namespace";

    /** Part of a target: the package; missing for the one that has no name. */
    public static final String PACKAGE = "package";

    /** Part of credentials: what the Authorization field holds. */
    public static final String AUTHORIZATION = "authorization";

    /** Part of credentials: what a web action's annotation require-whisk-auth asks for; missing where it asks for none. */
    public static final String SECRET = "secret";

    /** An event's attribute that asks not to wait for the result. */
    public static final String ASYNC = "weft-async";

    /** Bytes of an activation record: a result, and logs where the platform puts them in. */
    public static final int RECORD_BYTES_MAX = 16 << 20;

    /** The field in which OpenWhisk names the activation. */
    public static final String ACTIVATION = "x-openwhisk-activation-id";

    private final boolean web;

    /** With {@code web}, exchanges go to web actions. */
    public InvocationDialect(boolean web) {
        this.web = web;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(OpenWhiskHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        if (web && call instanceof Call.Exchange exchange) {
            return WebCall.encode(exchange, target, credentials);
        }
        byte[] body = ActionDialect.whole(call.body());
        byte[] parameters =
                switch (call) {
                    case Call.Exchange exchange -> WebParameters.of(exchange, body);
                    case Call.Event _ -> ActionDialect.object(body);
                };
        if (parameters.length > OpenWhiskHost.PARAMETERS_BYTES_MAX) {
            throw new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "the parameters are %d bytes; OpenWhisk takes at most %d"
                            .formatted(parameters.length, OpenWhiskHost.PARAMETERS_BYTES_MAX),
                    null);
        }
        String path =
                base(target.endpoint()) + "/api/v1/namespaces/" + segment(part(target, NAMESPACE, "_")) + "/actions/"
                        + (target.parts().containsKey(PACKAGE) ? segment(part(target, PACKAGE, "")) + '/' : "")
                        + segment(target.name())
                        + (async(call) ? "" : "?blocking=true");
        Headers.Builder headers = Headers.builder()
                .add("host", target.endpoint().getRawAuthority())
                .add("content-type", "application/json");
        String authorization = credentials.parts().get(AUTHORIZATION);
        if (authorization != null) {
            headers.add("authorization", authorization);
        }
        return new WireRequest("POST", path, traced(headers, call).build(), Body.of(parameters));
    }

    /** OpenWhisk takes a transaction's id from the request and tells it to the action as __OW_TRANSACTION_ID. */
    static Headers.Builder traced(Headers.Builder headers, Call call) {
        return headers.set("x-request-id", call.context().trace().traceId())
                .set("traceparent", call.context().trace().traceparent());
    }

    static boolean async(Call call) {
        return call instanceof Call.Event event
                && "true".equals(event.attributes().get(ASYNC));
    }

    static String part(Target target, String name, String fallback) {
        return target.parts().getOrDefault(name, fallback);
    }

    /** The path that a gateway in front may have put before the API's own. */
    static String base(URI endpoint) {
        String path = endpoint.getRawPath();
        return path == null || path.equals("/") ? "" : path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /** One segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        if (web && call instanceof Call.Exchange exchange) {
            return WebCall.decode(exchange, head);
        }
        return switch (head.status()) {
            case 200 -> new Verdict.NeedsWhole(RECORD_BYTES_MAX, bytes -> ActivationRecord.outcome(call, bytes));
            case 202 -> accepted(call);
            case 502 ->
                head.headers().has(ACTIVATION)
                        ? new Verdict.NeedsWhole(RECORD_BYTES_MAX, bytes -> ActivationRecord.outcome(call, bytes))
                        : refused(head, CloudException.Kind.UNKNOWN);
            default -> refused(head, kind(head.status()));
        };
    }

    /** Asked not to wait, or the platform does not wait longer: then the action goes on, and must not be run elsewhere too. */
    private static Verdict accepted(Call call) {
        return switch (call) {
            case Call.Event _ -> new Verdict.NeedsWhole(RECORD_BYTES_MAX, ActivationRecord::accepted);
            case Call.Exchange _ ->
                new Verdict.CloudFailed(new CloudException(
                        CloudException.Kind.UNKNOWN,
                        "OpenWhisk did not wait longer for the action (at most 60 s): it goes on, and its answer is lost",
                        null));
        };
    }

    static CloudException.Kind kind(int status) {
        return switch (status) {
            case 401, 403 -> CloudException.Kind.DENIED;
            case 404 -> CloudException.Kind.ABSENT;
            case 413 -> CloudException.Kind.TOO_LARGE;
            case 429 -> CloudException.Kind.BUSY;
            default ->
                status >= 400 && status < 500 && status != 408
                        ? CloudException.Kind.INVALID
                        : CloudException.Kind.UNKNOWN;
        };
    }

    /** The answer is the platform's, not the function's. */
    static Verdict refused(WireHead head, CloudException.Kind kind) {
        return new Verdict.CloudFailed(
                new CloudException(kind, "OpenWhisk answered the call with " + head.status(), null, retryAfter(head)));
    }

    static @Nullable Duration retryAfter(WireHead head) {
        String value = head.headers().first("retry-after");
        if (value == null || !value.strip().matches("[0-9]{1,6}")) {
            return null;
        }
        return Duration.ofSeconds(Long.parseLong(value.strip()));
    }
}
