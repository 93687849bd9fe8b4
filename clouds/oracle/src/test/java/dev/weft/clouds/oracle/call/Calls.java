// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls and their answers, for the tests of both dialects. */
final class Calls {
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final Trace TRACE = new Trace("a".repeat(32), "b".repeat(16), true, "vendor=1");

    private Calls() {}

    static Call.Exchange exchange(String body, String... headers) {
        return new Call.Exchange(
                context(), new RequestLine("PUT", "/a%20b", "q=1"), Headers.of(headers), Body.of(bytes(body)));
    }

    static Call.Event event(@Nullable String type, Map<String, String> attributes, String body) {
        return new Call.Event(context(), type, attributes, Body.of(bytes(body)));
    }

    private static CallContext context() {
        return new CallContext(
                "id-1", TRACE, 0, NOW.plusSeconds(60), new CallContext.Caller("10.0.0.1", "https", "shop.example"));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What the answer comes to; a CloudException is thrown. */
    static Outcome answered(InvokeDialect dialect, Call call, int status, String body, String... headers) {
        return switch (dialect.decode(call, new InvokeDialect.WireHead(status, Headers.of(headers)))) {
            case InvokeDialect.Verdict.Streams streams -> streams.outcome().apply(Body.of(bytes(body)));
            case InvokeDialect.Verdict.NeedsWhole whole -> whole.outcome().apply(bytes(body));
            case InvokeDialect.Verdict.Reads reads -> throw new AssertionError(reads);
            case InvokeDialect.Verdict.CloudFailed failed -> throw failed.why();
        };
    }

    static CloudException.Kind failed(InvokeDialect dialect, Call call, int status, String body, String... headers) {
        try {
            throw new AssertionError("the cloud did not fail: " + answered(dialect, call, status, body, headers));
        } catch (CloudException why) {
            return why.kind();
        }
    }

    static String text(Body body) {
        StringBuilder text = new StringBuilder();
        BodyGatherer.gather(
                body,
                1 << 20,
                bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)),
                broken -> text.append(broken));
        return text.toString();
    }
}
