// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.call;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.security.PrivateKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Calls through OCI's invoke API: POST {@code /20181201/functions/{id}/actions/invoke} at the function's own endpoint. OCI hands
 * the request's fields to the function as a Fn server does, so an exchange travels as an API gateway of OCI's sends it, in
 * {@code Fn-Http-…} fields, and every status but 200 is OCI's word. The body is signed, so it must be whole.
 */
public final class OciDialect implements InvokeDialect {
    /** Part of a target: the function's OCID. */
    public static final String FUNCTION_ID = "function";

    /** Part of the credentials: who signs. */
    public static final String KEY_ID = "keyId";

    /** Part of the credentials: the private key, {@link OciSignature#encoded}. */
    public static final String KEY = "key";

    private static final String REQUEST_ID = "opc-request-id";
    private static final String UNTYPED = "application/octet-stream";

    /** The key that was read last, for reading one costs as much as signing. */
    private volatile @Nullable ReadKey last;

    private record ReadKey(String text, PrivateKey key) {
        @Override
        public String toString() {
            return "ReadKey[redacted]";
        }
    }

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(FnWire.PAYLOAD_BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        String id = target.parts().get(FUNCTION_ID);
        if (id == null) {
            throw new IllegalArgumentException("the target of " + target.name() + " names no function's OCID");
        }
        byte[] body = whole(call.body());
        Headers.Builder headers = Headers.builder();
        FnWire.write(call, headers);
        Headers written = headers.build();
        String type = written.first("Content-Type");
        String signedType = type == null || type.isEmpty() ? UNTYPED : type;
        String authority = target.endpoint().getRawAuthority();
        String base = target.endpoint().getRawPath();
        String prefix = base == null || base.equals("/") ? "" : base;
        String path = prefix + "/20181201/functions/" + id + "/actions/invoke";
        headers.set("Host", authority);
        headers.set(REQUEST_ID, call.context().id());
        headers.set("fn-invoke-type", FnWire.async(call) ? "detached" : "sync");
        signature(credentials)
                .fields(new OciSignature.Signed("POST", authority, path, signedType, body), now)
                .forEach(headers::set);
        return new WireRequest("POST", path, headers.build(), Body.of(body));
    }

    private static byte[] whole(Body body) {
        byte[][] bytes = new byte[1][];
        BodyGatherer.gather(body, FnWire.PAYLOAD_BYTES_MAX, all -> bytes[0] = all, broken -> {
            throw new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "OCI takes at most " + FnWire.PAYLOAD_BYTES_MAX + " bytes: " + broken.getMessage(),
                    broken);
        });
        if (bytes[0] == null) {
            throw new IllegalStateException("the body was to be whole");
        }
        return bytes[0];
    }

    private OciSignature signature(Credentials credentials) {
        String keyId = credentials.parts().get(KEY_ID);
        String text = credentials.parts().get(KEY);
        if (keyId == null || text == null) {
            throw new CloudException(CloudException.Kind.DENIED, "there are no credentials for OCI", null);
        }
        ReadKey read = last;
        if (read == null || !read.text.equals(text)) {
            read = new ReadKey(text, OciSignature.decoded(text));
            last = read;
        }
        return new OciSignature(keyId, read.key);
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        String id = head.headers().first(REQUEST_ID);
        if (FnWire.async(call) && (head.status() == 202 || head.status() == 200)) {
            return new Verdict.NeedsWhole(
                    Answers.ERROR_BYTES_MAX,
                    bytes -> new Outcome.Accepted(id == null ? call.context().id() : id));
        }
        if (head.status() == 200) {
            String named = head.headers().first(FnWire.CALL_ID);
            return new Verdict.Streams(
                    body -> FnWire.read(call, named == null ? call.context().id() : named, head.headers(), body));
        }
        // without a request's id it is not OCI that speaks
        if (id != null && (head.status() == 502 || head.status() == 504)) {
            return new Verdict.NeedsWhole(Answers.ERROR_BYTES_MAX, bytes -> failure(head.status(), bytes, id));
        }
        return new Verdict.CloudFailed(Answers.failed("OCI", "the function", head.status(), id, head.headers()));
    }

    private static Outcome failure(int status, byte[] answer, String id) {
        String code = Answers.text(answer, "code");
        String message = Answers.text(answer, "message");
        String words = (message.isEmpty() ? "OCI answered " + status : message) + " (request " + id + ')';
        FnFailure known = FnFailure.coded(code);
        if (known == null) {
            known = FnFailure.worded(message);
        }
        Outcome.Failure.Reason reason = known != null
                ? known.reason()
                : status == 504 ? Outcome.Failure.Reason.TIMEOUT : Outcome.Failure.Reason.CRASH;
        return new Outcome.Failure(reason, code.isEmpty() ? "http " + status : code, words, answer, "");
    }
}
