// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.oracle.call.FnWire;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A Fn server's API, version 2, over Weft's functions: apps, fns, triggers and calls of them. Every namespace is one app. Functions are
 * made of container images; what changes anything else is refused by its name.
 */
public final class FnFacade implements Facade {
    /** Where it listens unless told otherwise. */
    static final int PORT = 8095;

    private static final String INVOKE = "InvokeFn";
    private static final String TRIGGER = "CallTrigger";
    private static final String DETACHED = "detached";
    private static final String VERSION = "GetVersion";
    private static final Set<String> CALLS = Set.of(INVOKE, TRIGGER, VERSION);
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Operations OPERATIONS = new Operations("/", """
            POST invoke/* InvokeFn
            GET version GetVersion
            GET v2/apps ListApps
            POST v2/apps CreateApp
            GET v2/apps/* GetApp
            PUT v2/apps/* UpdateApp
            DELETE v2/apps/* DeleteApp
            GET v2/fns ListFns
            POST v2/fns CreateFn
            GET v2/fns/* GetFn
            PUT v2/fns/* UpdateFn
            DELETE v2/fns/* DeleteFn
            GET v2/triggers ListTriggers
            POST v2/triggers CreateTrigger
            GET v2/triggers/* GetTrigger
            PUT v2/triggers/* UpdateTrigger
            DELETE v2/triggers/* DeleteTrigger
            GET metrics GetMetrics
            """);

    /** Fields that this façade reads itself; a function gets all others but {@link SpokenFields#SENDERS}, as from a Fn server. */
    private static final Set<String> KEPT = Set.of("content-type", "traceparent", "tracestate");

    /** There is nothing to set up. */
    public FnFacade() {}

    @Override
    public String vendor() {
        return "fn";
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        return FnWire.PAYLOAD_BYTES_MAX;
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        Operations.Asked asked = asked(request.line());
        String action = asked == null ? "unknown" : asked.action();
        return switch (FnProof.of(request.headers(), keys)) {
            case KeyProof.None(String keyId) ->
                new Wish.Refused(action, keyId, false, "no key with its secret", FnProof.UNPROVED.answer());
            case KeyProof.By(Key key) ->
                asked == null
                        ? refused(
                                action,
                                key,
                                new FnRefusal(
                                        404, "Path not found: " + request.line().path()))
                        : wish(request, asked, key);
        };
    }

    private static Operations.@Nullable Asked asked(RequestLine line) {
        return line.path().startsWith(FnTriggers.BELOW)
                ? new Operations.Asked(TRIGGER, List.of())
                : OPERATIONS.find(line);
    }

    private static Wish wish(FacadeRequest request, Operations.Asked asked, Key key) {
        String action = asked.action();
        if (!key.may(Key.Role.DEPLOY) && !CALLS.contains(action)) {
            return refused(
                    action,
                    key,
                    new FnRefusal(403, "the key may call functions only; " + action + " needs a key of role deploy"));
        }
        Map<String, String> query = Operations.query(request.line());
        if (query == null) {
            return refused(action, key, new FnRefusal(400, "Path malformed: the query is not percent-encoded UTF-8"));
        }
        FnDocuments documents = new FnDocuments(request.scheme() + "://" + request.authority(), key.namespace());
        FnTriggers triggers = new FnTriggers(request.scheme() + "://" + request.authority(), key.namespace());
        return switch (action) {
            case INVOKE -> invoke(request, asked.on(), key);
            case VERSION -> new Wish.Control(key, action, "", functions -> FnDocuments.version());
            case "ListApps" -> new Wish.Control(key, action, "", functions -> documents.apps(query));
            case "GetApp" -> new Wish.Control(key, action, asked.on(), functions -> documents.app(asked.on()));
            case "ListFns" -> listed(action, key, query, functions -> documents.functions(functions, query));
            case "GetFn" ->
                new Wish.Control(key, action, asked.on(), functions -> documents.function(functions, asked.on()));
            case TRIGGER -> FnTriggers.call(request, key);
            case "ListTriggers" -> listed(action, key, query, functions -> triggers.list(functions, query));
            case "GetTrigger" ->
                new Wish.Control(key, action, asked.on(), functions -> triggers.get(functions, asked.on()));
            case "DeleteTrigger" ->
                new Wish.Control(key, action, asked.on(), functions -> triggers.delete(functions, asked.on()));
            case "CreateTrigger", "UpdateTrigger" -> triggered(request, asked, key, triggers);
            case "CreateApp", "CreateFn", "UpdateFn" -> changed(request, asked, key, documents);
            case "DeleteFn" ->
                new Wish.Control(key, action, asked.on(), functions -> documents.delete(functions, asked.on()));
            default -> refused(action, key, FnRefusal.notDone(action));
        };
    }

    /** What brings a document. */
    private static Wish changed(FacadeRequest request, Operations.Asked asked, Key key, FnDocuments documents) {
        String action = asked.action();
        try {
            FnPut put = FnPut.of(request.body());
            String name = put.name();
            return switch (action) {
                case "CreateApp" -> new Wish.Control(key, action, name, functions -> documents.noOtherApp(name));
                case "CreateFn" -> new Wish.Control(key, action, name, functions -> documents.create(functions, put));
                default ->
                    new Wish.Control(
                            key, action, asked.on(), functions -> documents.update(functions, asked.on(), put));
            };
        } catch (FnRefusal.Wrong wrong) {
            return refused(action, key, wrong.refusal());
        }
    }

    /** The same of a trigger. */
    private static Wish triggered(FacadeRequest request, Operations.Asked asked, Key key, FnTriggers triggers) {
        String action = asked.action();
        try {
            JsonNode said = FnTriggers.read(request.body());
            boolean fresh = action.equals("CreateTrigger");
            return new Wish.Control(
                    key,
                    action,
                    fresh ? said.path("name").asString("") : asked.on(),
                    functions ->
                            fresh ? triggers.create(functions, said) : triggers.update(functions, asked.on(), said));
        } catch (FnRefusal.Wrong wrong) {
            return refused(action, key, wrong.refusal());
        }
    }

    /** What is listed of one app only. */
    private static Wish listed(String action, Key key, Map<String, String> query, Wish.Work work) {
        return query.getOrDefault("app_id", "").isEmpty()
                ? refused(action, key, new FnRefusal(400, "Missing AppID on Fn: the query must say app_id"))
                : new Wish.Control(key, action, "", work);
    }

    private static Wish invoke(FacadeRequest request, String id, Key key) {
        String name = FnNames.name(key.namespace(), id);
        FnRefusal wrong = name == null ? FnRefusal.noFunction() : otherWay(request);
        if (name == null || wrong != null) {
            return refused(INVOKE, key, wrong == null ? FnRefusal.noFunction() : wrong);
        }
        boolean detached = DETACHED.equalsIgnoreCase(request.headers().first("fn-invoke-type"));
        if ("httprequest".equalsIgnoreCase(request.headers().first("fn-intent"))) {
            return detached
                    ? refused(INVOKE, key, FnRefusal.notDone("InvokeFn, detached, with Fn-Intent: httprequest"))
                    : exchange(request, name, key);
        }
        String type = request.headers().first("content-type");
        return detached
                ? new Wish.Later(key, name, type, attributes(request.headers()), request.body(), new FnTaking())
                : new Wish.Invoke(
                        key, name, type, attributes(request.headers()), request.body(), false, new FnAnswering(false));
    }

    /** An HTTP request, of which the client says method, URL and fields as a trigger does. */
    private static Wish exchange(FacadeRequest request, String name, Key key) {
        OciCall said = new OciCall(request, key, name);
        try {
            return new Wish.Exchange(key, name, said.line(), said.fields(), request.body(), new FnAnswering(true));
        } catch (OciRefusal.Wrong wrong) {
            return refused(INVOKE, key, new FnRefusal(400, wrong.refusal().message()));
        }
    }

    /** A way of calling that is not done; null where it is. */
    private static @Nullable FnRefusal otherWay(FacadeRequest request) {
        String type = request.headers().first("fn-invoke-type");
        return type != null && !type.equalsIgnoreCase("sync") && !type.equalsIgnoreCase(DETACHED)
                ? new FnRefusal(400, "Fn-Invoke-Type must be sync or detached")
                : null;
    }

    /** What of a call's fields the function gets. */
    static Map<String, String> attributes(Headers headers) {
        Map<String, String> attributes = new HashMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean kept = KEPT.contains(lower) || SpokenFields.SENDERS.contains(lower);
            if (!kept && !lower.startsWith("fn-") && !lower.startsWith("weft-")) {
                attributes.merge(lower, value, (one, more) -> one + ", " + more);
            }
        });
        return attributes;
    }

    private static Wish refused(String action, Key key, FnRefusal refusal) {
        return new Wish.Refused(action, key.id(), true, refusal.message(), refusal.answer());
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        return switch (why) {
            case TOO_LARGE ->
                new FnRefusal(413, "Request content too large: at most " + bodyBytesMax(line) + " bytes").answer();
            case STARTING -> new FnRefusal(503, "functions are not deployed yet").answer(SOON);
            case BUSY -> FnRefusal.busy().answer(SOON);
            case BROKEN -> new FnRefusal(500, "Internal server error").answer();
        };
    }
}
