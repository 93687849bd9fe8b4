// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;

/**
 * Calls through a Fn server's invoke API: POST {@code /invoke/{id}}. An exchange goes the same way, in the fields that a HTTP
 * trigger would have made of it: a trigger answers for one exact path only, and its caller can't tell the function's own 502 or
 * 504 from the server's. Here every status but 200 is the server's word.
 *
 * <p>A call is given to the function with the server's own deadline, from the function's timeout; ours can't shorten it.
 */
public final class FnServerDialect implements InvokeDialect {
    /** Part of a target: the function's id. */
    public static final String FUNCTION_ID = "function";

    /** Part of the credentials: a bearer token; absent where the server asks for none. */
    public static final String TOKEN = "token";

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Stream();
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        String id = target.parts().get(FUNCTION_ID);
        if (id == null) {
            throw new IllegalArgumentException("the target of " + target.name() + " names no function id");
        }
        Headers.Builder headers = Headers.builder();
        FnWire.write(call, headers);
        headers.set("Host", target.endpoint().getRawAuthority());
        headers.remove("Authorization"); // an event's attribute of that name is not for the server
        String token = credentials.parts().get(TOKEN);
        if (token != null) {
            headers.set("Authorization", "Bearer " + token);
        }
        if (FnWire.async(call)) {
            headers.set("Fn-Invoke-Type", "detached");
        }
        String base = target.endpoint().getRawPath();
        String prefix = base == null || base.equals("/") ? "" : base;
        return new WireRequest("POST", prefix + "/invoke/" + id, headers.build(), call.body());
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        String id = head.headers().first(FnWire.CALL_ID);
        String named = id == null ? call.context().id() : id;
        boolean ok = head.status() == 200 || head.status() == 202;
        if (ok && FnWire.async(call)) {
            return new Verdict.NeedsWhole(Answers.ERROR_BYTES_MAX, bytes -> new Outcome.Accepted(named));
        }
        if (head.status() == 200) {
            return new Verdict.Streams(body -> FnWire.read(call, named, head.headers(), body));
        }
        // without a call's id the server never took the call: a proxy before it speaks
        if (id != null && (head.status() == 502 || head.status() == 504)) {
            return new Verdict.NeedsWhole(Answers.ERROR_BYTES_MAX, bytes -> failure(head.status(), bytes));
        }
        return new Verdict.CloudFailed(
                Answers.failed("the Fn server", "the function", head.status(), id, head.headers()));
    }

    private static Outcome failure(int status, byte[] answer) {
        String message = Answers.text(answer, "message");
        FnFailure known = FnFailure.worded(message);
        if (known == null) {
            known = status == 504 ? FnFailure.TIMED_OUT : FnFailure.BROKE_OFF;
        }
        return known.outcome(known.reason(), known.says(message) ? "" : message, "");
    }
}
