// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Trace;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Versions;
import dev.weft.api.resource.Function;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/**
 * The header fields that Function Compute puts on every request to an instance. Source: its developer guide, "Context and
 * log format" of custom runtimes. Credentials are always empty: nobody assumes a role here.
 *
 * @param function what runs
 * @param region the cloud's
 */
record FcHeaders(Function function, String region) {
    /** No real account's number. */
    static final String ACCOUNT = "0000000000000000";

    static final String CONTROL_PATH = "x-fc-control-path";
    static final String STATUS = "x-fc-status";
    static final String ERROR_TYPE = "x-fc-error-type";
    static final String REQUEST_ID = "x-fc-request-id";
    static final String QUALIFIER = "LATEST";

    /** What a document says of hooks, as annotations: Function Compute keeps them beside the function too. */
    static final String INITIALIZER = "alibabacloud.com/initializer";

    static final String PRE_STOP = "alibabacloud.com/pre-stop";

    /** Adds what concerns {@code context} and the instance to {@code headers}. */
    void add(Headers.Builder headers, CallContext context, String controlPath) {
        Map<String, String> hooks = function.metadata().annotations();
        Function.Spec spec = function.spec();
        Trace trace = context.trace();
        headers.add(CONTROL_PATH, controlPath)
                .add(REQUEST_ID, context.id())
                .add("x-fc-access-key-id", "")
                .add("x-fc-access-key-secret", "")
                .add("x-fc-security-token", "")
                .add("x-fc-function-name", Draft.shownName(function))
                .add("x-fc-function-handler", spec.handler() == null ? "" : spec.handler())
                .add("x-fc-function-memory", Long.toString(spec.memory().mebibytes()))
                .add("x-fc-function-timeout", Long.toString(seconds(spec.timeout())))
                .add("x-fc-function-initializer", hooks.getOrDefault(INITIALIZER, ""))
                .add("x-fc-instance-lifecycle-pre-stop-handler", hooks.getOrDefault(PRE_STOP, ""))
                .add("x-fc-region", region)
                .add("x-fc-account-id", ACCOUNT)
                .add("x-fc-qualifier", qualifier(function))
                .add("x-fc-version-id", Versions.of(function))
                .add("x-fc-service-name", "")
                .add("x-fc-service-logproject", "")
                .add("x-fc-service-logstore", "")
                .add("x-fc-client-ip", context.caller().address())
                .add("x-fc-retry-count", "0")
                .add("x-fc-tracing-opentracing-span-context", jaeger(trace))
                .add("x-fc-tracing-opentracing-span-baggages", "")
                .add("x-fc-tracing-jaeger-endpoint", "");
    }

    /** What of a function its code is: a version, or what it is now. */
    static String qualifier(Function function) {
        String version = Versions.of(function);
        return version.equals(Versions.LATEST) ? QUALIFIER : version;
    }

    /** Whole seconds, as Function Compute counts timeouts; at least one. */
    static long seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
    }

    /** Whether Function Compute takes this field out of a request. */
    static boolean keptFromCode(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("x-fc-") || lower.equals("connection") || lower.equals("keep-alive");
    }

    /** Whether Function Compute takes this field out of an answer: it is the platform's or the connection's. */
    static boolean keptFromCaller(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.startsWith("x-fc-")
                || switch (lower) {
                    case "connection", "keep-alive", "content-length", "transfer-encoding", "date", "server" -> true;
                    default -> false;
                };
    }

    /** {@code trace:span:parent:flags}, which is what Function Compute's tracing hands on. */
    private static String jaeger(Trace trace) {
        return trace.traceId() + ':' + trace.spanId() + ":0:" + (trace.sampled() ? 1 : 0);
    }
}
