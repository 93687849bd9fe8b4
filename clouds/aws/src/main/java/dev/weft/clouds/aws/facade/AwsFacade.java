// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.aws.contract.LambdaPayload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * AWS Lambda's API: its clients call and see the functions that Weft serves, whatever their contracts and clouds are. Source: AWS
 * Lambda API reference; what is answered how is in docs/reference/facades.md.
 */
public final class AwsFacade implements Facade {
    /** Characters of the client context; Lambda's own limit. */
    static final int CLIENT_CONTEXT_MAX = 3_583;

    /** Bytes of a request with a zip file in it: that in base64, and some. */
    static final int UPLOAD_BYTES_MAX = 70 << 20;

    /** Bytes of an event's payload; Lambda's own limit. */
    static final int EVENT_BYTES_MAX = 1 << 20;

    private static final int PORT = 8091;
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    @Override
    public String vendor() {
        return "aws";
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        if (line.path().endsWith("/invocations")) { // of nearly every request, so it is not looked up twice
            return LambdaPayload.BYTES_MAX;
        }
        return switch (Operation.of(line).kind()) {
            case CREATE, CODE -> UPLOAD_BYTES_MAX;
            default -> LambdaPayload.BYTES_MAX;
        };
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        return switch (why) {
            case TOO_LARGE ->
                Answers.error(
                        413,
                        "RequestTooLargeException",
                        "Request must be smaller than " + bodyBytesMax(line) + " bytes for the "
                                + Operation.of(line).action() + " operation");
            case STARTING -> Answers.error(500, "ServiceException", "the functions are not deployed yet");
            case BUSY -> Answers.error(429, "TooManyRequestsException", "Rate exceeded: too many requests at once");
            case BROKEN ->
                Answers.error(500, "ServiceException", "something in Weft is broken; its log has the reason");
        };
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        if (request.line().path().startsWith(FunctionUrl.BELOW)) {
            return UrlCall.wish(request, keys, now);
        }
        Operation operation = Operation.of(request.line());
        return switch (SignatureCheck.check(request, keys, now)) {
            case SignatureCheck.Result.Not(String keyId, String type, String message) ->
                new Wish.Refused(operation.action(), keyId, false, message, Answers.error(403, type, message));
            case SignatureCheck.Result.Proved(Key key, String region) -> {
                Map<String, String> query = Operations.query(request.line());
                yield query == null
                        ? new Wish.Refused(
                                operation.action(),
                                key.id(),
                                true,
                                "the query is not encoded as it must be",
                                Answers.error(
                                        400,
                                        "InvalidParameterValueException",
                                        "the query is not encoded as it must be"))
                        : new Asking(request, operation, key, region, query).wish(now);
            }
        };
    }

    /** A request whose sender is known. */
    private record Asking(
            FacadeRequest request, Operation operation, Key key, String region, Map<String, String> query) {
        Wish wish(Instant now) {
            Key.Role needed = operation.kind() == Operation.Kind.INVOKE ? Key.Role.INVOKE : Key.Role.DEPLOY;
            if (operation.kind() == Operation.Kind.UNKNOWN) {
                return refused(404, "UnknownOperationException", "there is no such operation in Lambda's API");
            }
            if (!key.may(needed)) {
                return refused(
                        403,
                        "AccessDeniedException",
                        "key " + key.id() + " is not authorized to perform: lambda:" + operation.action()
                                + "; its role is " + key.role().name().toLowerCase(Locale.ROOT));
            }
            if (operation.kind() == Operation.Kind.MISSING) {
                return refused(
                        501,
                        "NotImplementedException",
                        operation.action()
                                + " is not done by Weft's Lambda façade yet; docs/reference/facades.md says what"
                                + " is");
            }
            try {
                return known(now);
            } catch (Described.Wrong wrong) {
                return refused(wrong.answer(), wrong.message());
            }
        }

        private Wish known(Instant now) throws Described.Wrong {
            if (operation.changes()) {
                return changing().wish();
            }
            Showing showing = new Showing(operation, key, region, query);
            switch (operation.kind()) {
                case LIST -> {
                    return showing.list();
                }
                case ACCOUNT -> {
                    return showing.account();
                }
                case URL, POLICY, EVENT_CONFIG -> {
                    return changing().setting(now);
                }
                default -> {}
            }
            LambdaName name = LambdaName.of(operation.subject(), query("Qualifier"), key);
            if (name == null) {
                return refused(Answers.absent(operation.subject()), "no such function");
            }
            if (operation.kind() != Operation.Kind.INVOKE) {
                return showing.of(name);
            }
            return name.latest()
                    ? invoke(name, LambdaName.LATEST)
                    : new Wish.Look(key, Names.weft(name.function()), found -> {
                        String version = found == null ? null : Versions.meant(found, name.qualifier());
                        return version == null
                                ? refused(Answers.absent(arn(name) + ':' + name.qualifier()), "no such version")
                                : invoke(name, version);
                    });
        }

        private Changing changing() {
            return new Changing(new Editing(operation, key, region), request, query);
        }

        private String arn(LambdaName name) {
            return LambdaName.arn(region, key.namespace(), name.function());
        }

        private Wish refused(int status, String type, String message) {
            return refused(Answers.error(status, type, message), message);
        }

        private Wish refused(FacadeAnswer answer, String why) {
            return new Wish.Refused(operation.action(), key.id(), true, why, answer);
        }

        private @Nullable String query(String name) {
            return query.get(name);
        }

        private Wish invoke(LambdaName name, String version) {
            String function = Versions.name(name.function(), version);
            String type =
                    Objects.requireNonNullElse(request.headers().first("x-amz-invocation-type"), "RequestResponse");
            if (type.equals("DryRun")) {
                return new Wish.Control(
                        key,
                        "Invoke (DryRun)",
                        name.function(),
                        functions -> functions.find(key.namespace(), function) == null
                                ? Answers.absent(arn(name))
                                : new FacadeAnswer(204, Headers.none(), new byte[0]));
            }
            boolean streamed = operation.action().equals("InvokeWithResponseStream");
            boolean later = type.equals("Event") || operation.action().equals("InvokeAsync");
            if (!type.equals("RequestResponse") && (!later || streamed)) {
                return refused(
                        400,
                        "InvalidParameterValueException",
                        "invocation type '" + Said.value(type) + "' must be RequestResponse, "
                                + (streamed ? "" : "Event ") + "or DryRun");
            }
            byte[] payload = request.body().length == 0 ? NOTHING : request.body();
            if (!LambdaPayload.isJson(payload)) {
                return refused(
                        400,
                        "InvalidRequestContentException",
                        "Could not parse request body into json: the payload must be one JSON value");
            }
            Map<String, String> attributes = new HashMap<>();
            String sent = request.headers().first("x-amz-client-context");
            if (sent != null) {
                String context = ClientContexts.read(sent);
                if (context == null) {
                    return refused(
                            400,
                            "InvalidRequestContentException",
                            "the client context must be base64 of a JSON object, at most " + CLIENT_CONTEXT_MAX
                                    + " characters");
                }
                attributes.put("client-context", context);
            }
            return later ? later(name, function, attributes, payload) : now(name, version, attributes, payload);
        }

        private Wish now(LambdaName name, String version, Map<String, String> attributes, byte[] payload) {
            boolean streamed = operation.action().equals("InvokeWithResponseStream");
            boolean tail = "Tail".equals(request.headers().first("x-amz-log-type"));
            if (tail && streamed) {
                return refused(
                        400, "InvalidParameterValueException", "log type Tail is not done for streams here; say None");
            }
            if (tail && !key.may(Key.Role.DEPLOY)) {
                return refused(
                        403,
                        "AccessDeniedException",
                        "log type Tail needs a key of role deploy: logs are not for callers");
            }
            Invocation whole = new Invocation(arn(name), version, tail);
            StreamedInvocation stream = new StreamedInvocation(whole);
            String function = Versions.name(name.function(), version);
            Wish.Invoke call = new Wish.Invoke(
                    key, function, "application/json", attributes, payload, tail, streamed ? stream : whole);
            return streamed ? new Wish.Passed(call, StreamedInvocation.BYTES_MAX, stream) : call;
        }

        private Wish later(LambdaName name, String function, Map<String, String> attributes, byte[] payload) {
            return payload.length > EVENT_BYTES_MAX
                    ? refused(
                            413,
                            "RequestTooLargeException",
                            "Request must be smaller than " + EVENT_BYTES_MAX + " bytes for an event")
                    : new Wish.Later(
                            key, function, "application/json", attributes, payload, new EventAnswers(arn(name)));
        }
    }
}
