// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cloud's protocol as plain as can be: {@code POST /invoke/NAME} with the body as it is. The answer's status says what happened:
 * 2xx is the function's, 401, 404, 413 and 429 are the cloud's, others say nothing. A field {@code whole} asks for the answer's body
 * to be gathered up to that many bytes.
 */
public final class FakeDialect implements InvokeDialect {
    private volatile long bytesMax;

    /** From now on requests' bodies must be whole, of at most {@code most} bytes. */
    public void whole(long most) {
        bytesMax = most;
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return bytesMax == 0 ? new BodyNeed.Stream() : new BodyNeed.Whole(bytesMax);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        Headers headers = Headers.builder()
                .add("authorization", "Bearer " + credentials.parts().getOrDefault("token", ""))
                .add("weft-invocation-id", call.context().id())
                .build();
        return new WireRequest("POST", "/invoke/" + target.name(), headers, call.body());
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        return switch (head.status()) {
            case 401 -> failed(Kind.DENIED, "the token is refused");
            case 404 -> failed(Kind.ABSENT, "there is no such function");
            case 413 -> failed(Kind.TOO_LARGE, "the body is too large");
            case 429 -> failed(Kind.BUSY, "throttled");
            default ->
                head.status() < 300
                        ? answered(call, head, head.headers().first("whole"))
                        : failed(Kind.UNKNOWN, "status " + head.status());
        };
    }

    private static Verdict answered(Call call, WireHead head, @Nullable String whole) {
        return whole == null
                ? new Verdict.Streams(body -> outcome(call, head, body))
                : new Verdict.NeedsWhole(Long.parseLong(whole), bytes -> outcome(call, head, Body.of(bytes)));
    }

    private static Outcome outcome(Call call, WireHead head, Body body) {
        return switch (call) {
            case Call.Exchange _ -> new Outcome.Response(head.status(), Headers.none(), body);
            case Call.Event _ -> new Outcome.Result("text/plain", Headers.none(), body);
        };
    }

    private static Verdict failed(Kind kind, String why) {
        return new Verdict.CloudFailed(new CloudException(kind, why, null));
    }
}
