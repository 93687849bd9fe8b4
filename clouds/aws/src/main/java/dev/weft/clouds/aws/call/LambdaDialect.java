// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.contract.LambdaPayload;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import dev.weft.clouds.aws.credentials.SigV4;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's operation Invoke. An exchange travels as an event of payload format 2.0 and its answer back by the same format;
 * an event is the payload as it is. Exchanges with functions that stream go by InvokeWithResponseStream. Source: AWS Lambda
 * API reference, "Invoke" and "InvokeWithResponseStream".
 */
public final class LambdaDialect implements InvokeDialect {
    /** It holds nothing. */
    public static final LambdaDialect INSTANCE = new LambdaDialect();

    /** Attribute of an event that asks for no answer but that it was taken. */
    public static final String ASYNC = "weft-async";

    /** Bytes of an event for which nobody waits. */
    static final int ASYNC_BYTES_MAX = 1 << 20;

    /** Part of a target: the version or alias that is called. */
    static final String QUALIFIER = "qualifier";

    /**
     * Part of a target: {@code raw} where an exchange's body is the event and the result is the answer's body; {@code streamed}
     * where exchanges are answered as a stream.
     */
    static final String PAYLOAD = Target.PAYLOAD;

    /** Bytes of a streamed answer's status and header fields. */
    private static final int HEAD_BYTES_MAX = 64 * 1024;

    private static final int END_OF_HEAD = 8;
    private static final String RAW = "raw";
    private static final String STREAMED = "streamed";
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private LambdaDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return new BodyNeed.Whole(async(call) ? ASYNC_BYTES_MAX : LambdaPayload.BYTES_MAX);
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        byte[] body = whole(call.body());
        boolean async = async(call);
        byte[] event =
                switch (call) {
                    case Call.Exchange exchange
                    when !raw(target) -> LambdaPayload.event(told(exchange), body, target.name(), now);
                    case Call.Exchange _, Call.Event _ -> body.length == 0 ? NOTHING : body;
                };
        int most = async ? ASYNC_BYTES_MAX : LambdaPayload.BYTES_MAX;
        if (event.length > most) {
            throw new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "the event is %d bytes; Lambda takes at most %d%s"
                            .formatted(event.length, most, async ? " without waiting for the answer" : ""),
                    null);
        }
        Map<String, String> fields = new TreeMap<>();
        if (async) {
            fields.put("x-amz-invocation-type", "Event");
        }
        fields.put("x-amz-client-context", ClientContext.of(call));
        fields.put("x-amzn-trace-id", LambdaPayload.xray(call.context().trace()));
        String operation = streams(call, target)
                ? "/2021-11-15/functions/%s/response-streaming-invocations"
                : "/2015-03-31/functions/%s/invocations";
        return signed(target, new Asked(operation, fields, event), AwsCredentials.of(credentials.parts()), now);
    }

    /** What follows a call, where a function finds it by itself. */
    private static Call.Exchange told(Call.Exchange exchange) {
        CallContext context = exchange.context();
        Headers headers = Headers.builder()
                .addAll(exchange.headers())
                .set("traceparent", context.trace().traceparent())
                .set("weft-invocation-id", context.id())
                .set("weft-hops", Integer.toString(context.hops()))
                .set("weft-deadline", Long.toString(context.deadline().toEpochMilli()))
                .build();
        return new Call.Exchange(context, exchange.line(), headers, exchange.body());
    }

    /**
     * One request before it is signed.
     *
     * @param operation its path, with a place for the function's name
     */
    private record Asked(String operation, Map<String, String> fields, byte[] event) {}

    private static WireRequest signed(Target target, Asked asked, AwsCredentials credentials, Instant now) {
        String base = Objects.requireNonNullElse(target.endpoint().getRawPath(), "");
        String root = base.endsWith("/") ? base.replaceAll("/+$", "") : base;
        String path = root + asked.operation().formatted(SigV4.encoded(target.name()));
        String qualifier = target.parts().get(QUALIFIER);
        String query = qualifier == null ? null : "Qualifier=" + SigV4.encoded(qualifier);
        Map<String, String> covered = new TreeMap<>(asked.fields());
        covered.keySet().removeIf(name -> !name.startsWith("x-amz-"));
        SigV4.Message message =
                new SigV4.Message("POST", SigV4.host(target.endpoint()), path, query, covered, asked.event());
        Headers.Builder headers = Headers.builder();
        asked.fields().forEach(headers::add);
        new SigV4("lambda", target.region()).fields(message, credentials, now).forEach(headers::add);
        return new WireRequest(
                "POST", query == null ? path : path + '?' + query, headers.build(), Body.of(asked.event()));
    }

    /** A body that is asked for whole is in memory, and so delivered before this returns. */
    private static byte[] whole(Body body) {
        byte[][] bytes = new byte[1][];
        BodyGatherer.gather(body, LambdaPayload.BYTES_MAX, all -> bytes[0] = all, broken -> {});
        return Objects.requireNonNull(bytes[0], "a body that was asked for whole came in parts");
    }

    private static boolean async(Call call) {
        return call instanceof Call.Event event
                && "true".equals(event.attributes().get(ASYNC));
    }

    private static boolean raw(@Nullable Target target) {
        return target != null && RAW.equals(target.parts().get(PAYLOAD));
    }

    /** An event has one result and no use for a stream. */
    private static boolean streams(Call call, @Nullable Target target) {
        return call instanceof Call.Exchange
                && target != null
                && STREAMED.equals(target.parts().get(PAYLOAD));
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        return decode(call, null, head);
    }

    @Override
    public Verdict decode(Call call, @Nullable Target target, WireHead head) {
        Headers headers = head.headers();
        if (head.status() == 202) {
            String id = headers.first("x-amzn-requestid");
            return new Verdict.Streams(body -> {
                body.discard();
                return new Outcome.Accepted(id == null ? call.context().id() : id);
            });
        }
        if (head.status() != 200) {
            return new Verdict.CloudFailed(LambdaRefusal.of(head));
        }
        if (streams(call, target)) {
            return new Verdict.Reads((body, answers) -> StreamedResult.read(head, body, answers));
        }
        if (headers.has("x-amz-function-error")) {
            String tail = headers.first("x-amz-log-result");
            return new Verdict.NeedsWhole(
                    LambdaPayload.BYTES_MAX, payload -> FunctionFailure.of(payload, FunctionFailure.tail(tail)));
        }
        return switch (call) {
            case Call.Exchange _
            when !raw(target) -> new Verdict.NeedsWhole(LambdaPayload.BYTES_MAX, LambdaDialect::answer);
            case Call.Exchange _ ->
                new Verdict.Streams(
                        body -> new Outcome.Response(200, Headers.of("content-type", "application/json"), body));
            case Call.Event _ ->
                new Verdict.Streams(body -> new Outcome.Result("application/json", attributes(headers), body));
        };
    }

    /** A function that streams its answer is asked for it whole here: its head stands first, closed by eight NUL bytes. */
    private static Outcome answer(byte[] result) {
        int end = endOfHead(result);
        return end < 0
                ? LambdaPayload.answer(result)
                : LambdaPayload.streamed(
                        Arrays.copyOf(result, end),
                        Body.of(Arrays.copyOfRange(result, end + END_OF_HEAD, result.length)));
    }

    private static int endOfHead(byte[] result) {
        int zeros = 0;
        for (int i = 0; i < Math.min(result.length, HEAD_BYTES_MAX); i++) {
            zeros = result[i] == 0 ? zeros + 1 : 0;
            if (zeros == END_OF_HEAD) {
                return i + 1 - END_OF_HEAD;
            }
        }
        return -1;
    }

    private static Headers attributes(Headers headers) {
        String version = headers.first("x-amz-executed-version");
        return version == null ? Headers.none() : Headers.of("executed-version", version);
    }
}
