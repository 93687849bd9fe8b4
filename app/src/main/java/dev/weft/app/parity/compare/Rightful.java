// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Header fields in which clouds rightfully differ: who carried an answer, when, and how it was cut up. */
final class Rightful {
    private static final Set<String> NAMES = Set.of(
            // of this hop only (RFC 9110, 7.6.1), and how the body is cut up or how long it is: bodies are compared
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "te",
            "trailer",
            "upgrade",
            "content-length",
            // when, and by whom
            "date",
            "age",
            "server",
            "via",
            "alt-svc",
            "server-timing",
            "x-powered-by",
            "x-request-id",
            "x-correlation-id",
            "x-cache",
            "x-served-by",
            "request-context",
            "nel",
            "report-to",
            // traces
            "ce-id",
            "ce-time",
            "traceparent",
            "tracestate",
            "b3",
            // Weft's own
            "weft-invocation-id",
            "weft-cloud",
            "weft-took-ms");

    /** How vendors' own fields begin. */
    private static final List<String> BEGINNINGS = List.of(
            "x-amzn-",
            "x-amz-",
            "x-azure-",
            "x-ms-",
            "x-functions-",
            "x-goog-",
            "x-cloud-trace-",
            "x-gfe-",
            "function-execution-id",
            "x-openwhisk-",
            "x-gw-",
            "x-fc-",
            "x-acs-",
            "fn-",
            "fdk-",
            "opc-",
            "x-b3-",
            "x-envoy-",
            "x-kubernetes-",
            "k-proxy-");

    private Rightful() {}

    /** Whether a field of that name says nothing of the function. */
    static boolean field(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return NAMES.contains(lower) || BEGINNINGS.stream().anyMatch(lower::startsWith);
    }
}
