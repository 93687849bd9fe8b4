// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@code cloudevents} contract on the wire. Source: CloudEvents 1.0.2, its HTTP protocol binding and JSON format.
 *
 * <p>An event goes as POST to {@code /} in binary mode, with what it lacks filled in: the invocation's id, source {@code
 * /weft/<function>}, type {@code dev.weft.invocation}, the time of the call. One that comes in structured mode, by its
 * content type, is checked and passed as it is. An exchange must be a CloudEvent itself, in one of the three modes; it
 * is checked, passed as it is, and so is its answer.
 *
 * <p>The answer to an event is a CloudEvent or anything else with a status of 2xx, for example nothing.
 */
public final class CloudEventsDialect implements InvokeDialect {
    /** Bytes of a structured or batched event, each way: it must be whole to be understood. Binary mode streams. */
    public static final int STRUCTURED_BYTES_MAX = 1 << 20;

    /** What an event's {@code type} is where its sender names none. */
    static final String TYPE = "dev.weft.invocation";

    private final HttpDialect http = new HttpDialect();

    /** There is nothing to set up. */
    public CloudEventsDialect() {}

    @Override
    public BodyNeed bodyNeed(Call call) {
        return switch (mode(call)) {
            case STRUCTURED, BATCHED -> new BodyNeed.Whole(STRUCTURED_BYTES_MAX);
            case BINARY, UNKNOWN_FORMAT -> new BodyNeed.Stream();
        };
    }

    private static EventMode mode(Call call) {
        return switch (call) {
            case Call.Exchange exchange -> EventMode.of(exchange.headers().first("content-type"));
            case Call.Event event -> EventMode.of(event.contentType());
        };
    }

    @Override
    public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
        Call checked =
                switch (mode(call)) {
                    case STRUCTURED -> whole(call, CloudEventJson::check);
                    case BATCHED -> whole(call, CloudEventJson::checkBatch);
                    case BINARY -> call;
                    case UNKNOWN_FORMAT ->
                        throw refused("structured mode is understood as " + EventMode.STRUCTURED_TYPE + " or "
                                + EventMode.BATCHED_TYPE + " only");
                };
        return switch (checked) {
            case Call.Exchange exchange -> {
                if (!exchange.line().method().matches("POST|PUT|PATCH")) {
                    throw refused("it comes by POST, not by " + exchange.line().method());
                }
                if (mode(call) == EventMode.BINARY) {
                    CloudEventFields.check(exchange.headers());
                }
                yield http.encode(exchange, target, credentials, now);
            }
            case Call.Event event -> {
                Map<String, String> given = new TreeMap<>(event.attributes());
                Headers.Builder headers =
                        Headers.builder().add("host", target.endpoint().getRawAuthority());
                if (mode(call) == EventMode.BINARY) {
                    binary(headers, event, given, target, now);
                } else if (given.isEmpty()) {
                    headers.add("content-type", String.valueOf(event.contentType()));
                } else {
                    throw refused("in structured mode it carries its attributes itself, but " + given.keySet()
                            + " came beside it");
                }
                HttpDialect.context(headers, call);
                yield new WireRequest("POST", "/", headers.build(), event.body());
            }
        };
    }

    private static void binary(
            Headers.Builder headers, Call.Event event, Map<String, String> attributes, Target target, Instant now) {
        attributes.putIfAbsent("specversion", CloudEventFields.SPECVERSION);
        attributes.putIfAbsent("id", event.context().id());
        attributes.putIfAbsent("source", "/weft/" + target.name());
        attributes.putIfAbsent("type", TYPE);
        attributes.putIfAbsent("time", now.toString());
        String named = attributes.remove("datacontenttype");
        String type = event.contentType() == null ? named : event.contentType();
        if (type != null) {
            CloudEventFields.valid("datacontenttype", type);
            headers.add("content-type", type);
        }
        CloudEventFields.write(attributes, headers);
    }

    /** Reads a body that is all there, checks it, and gives the call another one of the same bytes. */
    private static Call whole(Call call, Consumer<byte[]> check) {
        AtomicReference<byte[]> read = new AtomicReference<>(new byte[0]);
        BodyGatherer.gather(call.body(), STRUCTURED_BYTES_MAX, read::set, broken -> {
            throw refused(String.valueOf(broken.getMessage()));
        });
        check.accept(read.get());
        return call.with(Body.of(read.get()));
    }

    @Override
    public Verdict decode(Call call, WireHead head) {
        if (call instanceof Call.Exchange || head.status() < 200 || head.status() > 299) {
            return http.decode(call, head);
        }
        String type = head.headers().first("content-type");
        return switch (EventMode.of(type)) {
            case STRUCTURED -> new Verdict.NeedsWhole(STRUCTURED_BYTES_MAX, CloudEventsDialect::structured);
            case BINARY, BATCHED, UNKNOWN_FORMAT -> new Verdict.Streams(body -> streamed(head.headers(), type, body));
        };
    }

    private static Outcome structured(byte[] bytes) {
        try {
            return CloudEventJson.result(bytes);
        } catch (CloudException malformed) {
            return malformed(malformed);
        }
    }

    private static Outcome streamed(Headers fields, @Nullable String type, Body body) {
        if (!fields.has("ce-specversion")) {
            return new Outcome.Result(type, Headers.none(), body);
        }
        try {
            CloudEventFields.check(fields);
        } catch (CloudException malformed) {
            body.discard();
            return malformed(malformed);
        }
        return new Outcome.Result(type, CloudEventFields.read(fields), body);
    }

    private static Outcome malformed(CloudException why) {
        return new Outcome.Failure(
                Outcome.Failure.Reason.MALFORMED,
                "Function.MalformedAnswer",
                "the function's answer: " + why.getMessage(),
                new byte[0],
                "");
    }

    /** Not a CloudEvent, or none that can be passed. */
    static CloudException refused(String why) {
        return new CloudException(
                CloudException.Kind.INVALID,
                "not a CloudEvent 1.0: " + why
                        + ". A CloudEvent has header fields ce-specversion, ce-id, ce-source and ce-type"
                        + " with its data as body, or is JSON as " + EventMode.STRUCTURED_TYPE + " or "
                        + EventMode.BATCHED_TYPE,
                null);
    }
}
