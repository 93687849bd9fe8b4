// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Versions;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.alibaba.FcLimits;
import dev.weft.clouds.alibaba.account.Acs3;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Function Compute 3.0 as Alibaba's clients speak it, API version 2023-03-30: functions are called, listed, shown, made,
 * changed, published and deleted. Every other operation is refused by its name.
 */
public final class AlibabaFacade implements Facade {
    /** Names a request in an answer. */
    static final String REQUEST_ID = "x-fc-request-id";

    /** Where it listens unless told otherwise. */
    static final int PORT = 8097;

    /** Bytes of a request with a zip file in it: that in base64, and some. */
    static final int PUT_BYTES_MAX = 70 << 20;

    /** Bytes of an event that is sent without waiting; Function Compute's own limit. */
    static final int ASYNC_BYTES_MAX = 128 << 10;

    private static final String ASYNC = "Async";
    private static final String OCTETS = "application/octet-stream";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final Duration SOON = Duration.ofSeconds(1);

    /** There is nothing to set up. */
    public AlibabaFacade() {}

    @Override
    public String vendor() {
        return "alibaba";
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        boolean puts = line.method().equals("PUT") || line.method().equals("POST");
        Operations.Asked asked = puts ? FcOperations.ALL.find(line) : null;
        return asked != null && Set.of(FcOperations.CREATE, FcOperations.UPDATE).contains(asked.action())
                ? PUT_BYTES_MAX
                : FcLimits.PAYLOAD_BYTES_MAX;
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        Operations.Asked asked = FcOperations.ALL.find(request.line());
        String action = asked == null ? "unknown" : asked.action();
        return switch (FcProof.of(request, keys, now)) {
            case FcProof.None(String keyId, FcError error) -> refused(action, keyId, false, error);
            case FcProof.By(Key key) -> {
                FcError wrong = asked == null
                        ? new FcError(
                                400,
                                "PathNotSupported",
                                "'" + request.line().method() + "' against '"
                                        + request.line().path() + "' is not supported")
                        : contradiction(request, action);
                yield asked == null || wrong != null
                        ? refused(action, key.id(), true, wrong == null ? FcError.invalid(action) : wrong)
                        : wish(request, asked, key);
            }
        };
    }

    /** Where the fields do not say what method and path say; null where they do. */
    private static @Nullable FcError contradiction(FacadeRequest request, String action) {
        String version = request.headers().first("x-acs-version");
        if (!Acs3.VERSION.equals(version)) {
            return FcError.invalid("x-acs-version is '" + version + "'; this API is version " + Acs3.VERSION);
        }
        String said = request.headers().first("x-acs-action");
        return action.equals(said)
                ? null
                : FcError.invalid("x-acs-action is '" + said + "', but method and path are those of " + action);
    }

    private static Wish wish(FacadeRequest request, Operations.Asked asked, Key key) {
        String action = asked.action();
        boolean call = action.equals(FcOperations.INVOKE);
        if (!call && !key.may(Key.Role.DEPLOY)) {
            return refused(
                    action,
                    key.id(),
                    true,
                    FcError.denied("the key may call functions only; " + action + " needs a key of role deploy"));
        }
        Map<String, String> query = Operations.query(request.line());
        if (query == null) {
            return refused(action, key.id(), true, FcError.invalid("the query is not percent-encoded UTF-8"));
        }
        try {
            return known(request, asked, key, query);
        } catch (FcPut.Wrong wrong) {
            return refused(action, key.id(), true, wrong.error());
        }
    }

    private static Wish known(FacadeRequest request, Operations.Asked asked, Key key, Map<String, String> query)
            throws FcPut.Wrong {
        String action = asked.action();
        byte[] body = request.body();
        return switch (action) {
            case FcOperations.INVOKE -> invoke(request, asked, query, key);
            case FcOperations.LIST -> {
                FcPage.Of wanted = FcPage.wanted(query);
                yield new Wish.Control(key, action, "", functions -> FcFunctions.list(functions, key, wanted));
            }
            case FcOperations.GET -> {
                String qualifier = qualifier(asked, query);
                yield new Wish.Control(
                        key, action, asked.on(), functions -> FcFunctions.get(functions, key, asked.on(), qualifier));
            }
            case FcOperations.CREATE, FcOperations.UPDATE, FcOperations.DELETE -> change(request, asked, key);
            case "PublishFunctionVersion",
                    "ListFunctionVersions",
                    "DeleteFunctionVersion",
                    "CreateAlias",
                    "UpdateAlias",
                    "GetAlias",
                    "ListAliases",
                    "DeleteAlias" -> new FcPublishing(editing(asked, key), query, body).wish();
            case "PutConcurrencyConfig" -> FcSettings.reserve(editing(asked, key), body);
            case "GetConcurrencyConfig" -> FcSettings.reserved(editing(asked, key));
            case "DeleteConcurrencyConfig" -> FcSettings.lift(editing(asked, key));
            case "ListTriggers", "GetTrigger", "CreateTrigger", "UpdateTrigger", "DeleteTrigger" ->
                new FcTriggers(editing(asked, key), query, body).wish();
            case "TagResources" -> FcSettings.tag(key, action, body);
            case "UntagResources" -> FcSettings.untag(key, action, query);
            case "ListTagResources" -> FcSettings.tags(key, action, query);
            default ->
                throw new FcPut.Wrong(
                        FcError.notDone(action + " is not done by Weft's façade of Function Compute yet: it does"
                                + " functions, versions, aliases, tags and reserved concurrency"));
        };
    }

    private static FcEditing editing(Operations.Asked asked, Key key) throws FcPut.Wrong {
        return new FcEditing(key, asked.action(), named(asked.on()), asked.names());
    }

    private static Wish invoke(FacadeRequest request, Operations.Asked asked, Map<String, String> query, Key key)
            throws FcPut.Wrong {
        String qualifier = qualifier(asked, query);
        FcError wrong = otherWay(request);
        if (wrong != null) {
            throw new FcPut.Wrong(wrong);
        }
        String name = asked.on();
        return qualifier.isEmpty()
                ? call(request, name, Versions.LATEST, key)
                : new Wish.Look(key, Names.weft(name), found -> {
                    boolean there = found != null && Draft.shownName(found).equals(name);
                    String version = found == null || !there ? null : Versions.meant(found, qualifier);
                    return version == null
                            ? refused(
                                    asked.action(),
                                    key.id(),
                                    true,
                                    there ? FcError.noAlias(name, qualifier) : FcError.noFunction(name))
                            : call(request, name, version, key);
                });
    }

    private static Wish call(FacadeRequest request, String name, String version, Key key) {
        String sent = request.headers().first("content-type");
        String type =
                OCTETS.equals(sent) ? null : sent; // an event has no type there, and clients always write this one
        String function = Versions.name(name, version);
        if (ASYNC.equals(request.headers().first("x-fc-invocation-type"))) {
            return new Wish.Later(key, function, type, Map.of(), request.body(), new FcTaking(name, version));
        }
        boolean tail = "Tail".equals(request.headers().first("x-fc-log-type")) && key.may(Key.Role.DEPLOY);
        return new Wish.Invoke(
                key, function, type, Map.of(), request.body(), tail, new FcAnswering(name, version, tail));
    }

    private static Wish change(FacadeRequest request, Operations.Asked asked, Key key) throws FcPut.Wrong {
        String action = asked.action();
        if (action.equals(FcOperations.DELETE)) {
            String name = named(asked.on());
            return new Wish.Control(
                    key,
                    action,
                    name,
                    functions -> FcFunctions.told(
                            name, functions.delete(key.namespace(), Names.weft(name)), FcFunctions::gone));
        }
        FcPut put = FcPut.of(request.body());
        boolean fresh = action.equals(FcOperations.CREATE);
        String name = named(fresh ? put.name() : asked.on());
        byte[] zip = put.zip();
        if (fresh && zip == null) {
            throw new FcPut.Wrong(FcError.invalid("code.zipFile is required"));
        }
        Draft draft = put.draft(name); // what is wrong in itself is told before all else
        return new Wish.Control(
                key,
                action,
                name,
                functions -> FcFunctions.told(
                        name,
                        functions.put(
                                key.namespace(),
                                draft.name(),
                                before -> fresh ? made(before, draft, zip) : changed(before, put, zip, name)),
                        FcFunctions::shown));
    }

    private static String named(String name) throws FcPut.Wrong {
        if (!NAME.matcher(name).matches()) {
            throw new FcPut.Wrong(
                    FcError.invalid("functionName must be 1 to 128 letters, digits, '_' and '-'; no ARN"));
        }
        return name;
    }

    private static Edited made(@Nullable Draft before, Draft draft, byte @Nullable [] zip) {
        return before == null
                ? new Edited.Put(draft, zip)
                : new Edited.Leave(FcError.exists(draft.annotations().getOrDefault(Draft.NAME, draft.name()))
                        .answer());
    }

    private static Edited changed(@Nullable Draft before, FcPut put, byte @Nullable [] zip, String name) {
        if (before == null) {
            return new Edited.Leave(FcError.noFunction(name).answer());
        }
        try {
            return new Edited.Put(put.changed(before), zip);
        } catch (FcPut.Wrong wrong) {
            return new Edited.Leave(wrong.error().answer());
        }
    }

    private static @Nullable FcError otherWay(FacadeRequest request) {
        String way = request.headers().first("x-fc-invocation-type");
        boolean async = ASYNC.equals(way);
        if (way != null && !async && !way.equals("Sync")) {
            return FcError.invalid("x-fc-invocation-type must be Sync or Async");
        }
        if (async && request.body().length > ASYNC_BYTES_MAX) {
            return new FcError(
                    413,
                    "EntityTooLarge",
                    "payload size exceeds maximum allowed size (" + ASYNC_BYTES_MAX + " bytes) of Async");
        }
        String log = request.headers().first("x-fc-log-type");
        if (log != null && !log.equals("None") && !log.equals("Tail")) {
            return FcError.invalid("x-fc-log-type must be None or Tail");
        }
        if (!request.headers().has("x-fc-async-task-id")) {
            return null;
        }
        return async
                ? FcError.notDone("InvokeFunction with x-fc-async-task-id is not done by Weft's façade of Function"
                        + " Compute yet: leave it out, the task is named by the answer's x-fc-request-id")
                : FcError.invalid("x-fc-async-task-id is for x-fc-invocation-type Async only");
    }

    /** The version or alias that is named; empty for the function as it is now. */
    private static String qualifier(Operations.Asked asked, Map<String, String> query) throws FcPut.Wrong {
        String ignored = named(asked.on());
        String qualifier = query.getOrDefault("qualifier", "");
        if (qualifier.isEmpty() || qualifier.equals("LATEST")) {
            return "";
        }
        if (!NAME.matcher(qualifier).matches()) {
            throw new FcPut.Wrong(FcError.invalid("qualifier must be LATEST, a version's number or an alias"));
        }
        return qualifier;
    }

    private static Wish refused(String action, String keyId, boolean proved, FcError error) {
        return new Wish.Refused(action, keyId, proved, error.code() + ": " + error.message(), error.answer());
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        return switch (why) {
            case TOO_LARGE ->
                new FcError(
                                413,
                                "EntityTooLarge",
                                "payload size exceeds maximum allowed size (" + bodyBytesMax(line) + " bytes)")
                        .answer();
            case STARTING ->
                new FcError(503, "ServiceUnavailable", "functions are not deployed yet")
                        .answer(RequestIds.next(), SOON);
            case BUSY ->
                new FcError(429, "ResourceThrottled", "Weft has all the requests it can take; come back later")
                        .answer(RequestIds.next(), SOON);
            case BROKEN ->
                new FcError(500, "InternalServerError", "an internal error has occurred; Weft's log says more")
                        .answer();
        };
    }
}
