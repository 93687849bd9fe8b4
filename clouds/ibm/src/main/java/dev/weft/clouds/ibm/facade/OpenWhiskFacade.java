// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.MediaType;
import dev.weft.clouds.ibm.OpenWhiskHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenWhisk's REST API, version 1: calls, what is there to call, which it also makes and changes, and what became of calls. A namespace of a key is one of
 * OpenWhisk; all functions are actions of its default package. Source: OpenWhisk's controller.
 */
public final class OpenWhiskFacade implements Facade {
    /** Bytes of a request that puts an action: its code in base64, and some. */
    static final int PUT_BYTES_MAX = 66 << 20;

    private static final int PORT = 8094;
    private static final String WEB = "/api/v1/web/";
    private static final String ROUTES = WEB + "whisk.system/apimgmt/";
    private static final String REALM = "Basic realm=\"OpenWhisk secure realm\"";
    private static final String JSON_TYPE = "application/json";
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public String vendor() {
        return "openwhisk";
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        return line.method().equals("PUT") && Asked.of(line) instanceof Asked.OneAction
                ? PUT_BYTES_MAX
                : OpenWhiskHost.PAYLOAD_BYTES_MAX;
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        Transaction transaction = Transaction.of(request.headers());
        String path = request.line().path();
        if (path.startsWith(WEB) && !path.startsWith(ROUTES)) {
            return WebAction.wish(transaction, request, keys, now);
        }
        Asked asked = Asked.of(request.line());
        return switch (BasicProof.of(request.headers(), keys)) {
            case BasicProof.Proved(Key key) -> new Reading(transaction, asked, key).wish(request, now);
            case BasicProof.Unproved(String keyId, String words) -> {
                FacadeAnswer answer = asked instanceof Asked.NotDone notDone && notDone.open()
                        ? transaction.error(501, Says.notDone(notDone.action(), notDone.instead()))
                        : transaction.error(401, words, Headers.builder().add("www-authenticate", REALM));
                yield new Wish.Refused(asked.action(), keyId, false, words, answer);
            }
        };
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        Transaction transaction = Transaction.fresh();
        return switch (why) {
            case TOO_LARGE ->
                Asked.of(line) instanceof Asked.NotDone notDone
                        ? transaction.error(501, Says.notDone(notDone.action(), notDone.instead()))
                        : transaction.error(413, Says.tooLarge(bodyBytesMax(line)));
            case STARTING -> transaction.error(503, Says.UNAVAILABLE);
            case BUSY -> transaction.error(429, Says.OVERLOADED);
            case BROKEN -> transaction.error(500, Says.BROKEN);
        };
    }

    /** A request of somebody who is known. */
    private record Reading(Transaction transaction, Asked asked, Key key) {
        Wish wish(FacadeRequest request, Instant now) {
            try {
                return switch (asked) {
                    case Asked.AboutApi _ -> control(_ -> transaction.json(200, info()));
                    case Asked.Ping _ -> control(_ -> transaction.text("pong"));
                    case Asked.Namespaces _ -> {
                        Wish refused = unauthorized(key.namespace(), Key.Role.DEPLOY, "");
                        yield refused != null ? refused : control(_ -> namespaces());
                    }
                    case Asked.Actions(String namespace) -> {
                        Wish refused = unauthorized(namespace, Key.Role.DEPLOY, "");
                        yield refused != null ? refused : list(Query.of(request.line()));
                    }
                    case Asked.OneAction one -> {
                        boolean calls = one.verb() == Asked.Verb.INVOKE;
                        Key.Role needed = calls ? Key.Role.INVOKE : Key.Role.DEPLOY;
                        Wish refused = unauthorized(one.namespace(), needed, '/' + one.name());
                        yield refused != null ? refused : about(one, request, now);
                    }
                    case Asked.Activations(String namespace) -> {
                        Wish refused = unauthorized(namespace, Key.Role.DEPLOY, "");
                        ActivationReading.Page page =
                                ActivationReading.Page.of(Query.of(request.line(), "activations"));
                        yield refused != null
                                ? refused
                                : ask((events, functions) ->
                                        new ActivationReading(transaction, key).list(page, events, functions));
                    }
                    case Asked.OneActivation one -> {
                        Wish refused = unauthorized(
                                one.namespace(),
                                one.part().equals("logs") ? Key.Role.DEPLOY : Key.Role.INVOKE,
                                '/' + one.id());
                        yield refused != null
                                ? refused
                                : ask((events, functions) ->
                                        new ActivationReading(transaction, key).one(one, events, functions));
                    }
                    case Asked.Packaged packaged -> {
                        Wish refused = unauthorized(packaged.namespace(), Key.Role.INVOKE, '/' + packaged.name());
                        yield refused != null ? refused : refused(404, Says.ABSENT);
                    }
                    case Asked.NotDone notDone -> refused(501, Says.notDone(notDone.action(), notDone.instead()));
                    case Asked.Wrong(int status, String words) -> refused(status, words);
                };
            } catch (IllegalArgumentException wrong) {
                return refused(wrong instanceof ActionPut.TooLarge ? 413 : 400, String.valueOf(wrong.getMessage()));
            }
        }

        private Wish about(Asked.OneAction one, FacadeRequest request, Instant now) {
            return switch (one.verb()) {
                case GET -> show(one.name(), Query.of(request.line()));
                case INVOKE -> invoke(one.name(), request, now);
                case CREATE -> put(one.name(), request);
                case DELETE -> delete(one.name());
            };
        }

        /** Null for a key that may. Others' namespaces look like those that are not there. */
        private @Nullable Wish unauthorized(String namespace, Key.Role role, String what) {
            String whole = namespace.equals(Asked.OWN) ? key.namespace() : namespace;
            return whole.equals(key.namespace()) && key.may(role)
                    ? null
                    : refused(403, Says.notAuthorized(whole + what));
        }

        private Wish list(Query query) {
            int skip = query.skip();
            int limit = query.limit();
            boolean count = query.flag("count");
            return control(functions -> {
                List<Functions.Served> all = functions.list(key.namespace());
                return transaction.json(
                        200,
                        count
                                ? JSON.createObjectNode().put("actions", Math.max(0, all.size() - skip))
                                : ActionView.page(all, skip, limit));
            });
        }

        private Wish show(String name, Query query) {
            if (query.flag("code")) {
                return refused(
                        501, Says.notDone("actions.get with code=true", "code is not handed out, ask with code=false"));
            }
            return control(functions -> {
                Functions.Served served = functions.find(key.namespace(), Names.weft(name));
                return served == null || !served.shownName().equals(name)
                        ? transaction.error(404, Says.ABSENT)
                        : transaction.json(200, ActionView.document(served));
            });
        }

        private Wish put(String name, FacadeRequest request) {
            boolean overwrite = Query.of(request.line()).flag("overwrite");
            ActionPut put = ActionPut.of(name, request.body());
            byte[] zip = put.zip();
            return control(functions -> told(
                    functions.put(key.namespace(), Names.weft(name), before -> edited(put, zip, before, overwrite))));
        }

        private Edited edited(ActionPut put, byte @Nullable [] zip, @Nullable Draft before, boolean overwrite) {
            if (before != null && !overwrite) {
                return new Edited.Leave(transaction.error(409, Says.EXISTS));
            }
            if (before == null && zip == null) {
                return new Edited.Leave(transaction.error(400, Says.malformedContent("exec undefined")));
            }
            return new Edited.Put(put.draft(before), zip);
        }

        private Wish delete(String name) {
            return control(functions -> told(functions.delete(key.namespace(), Names.weft(name))));
        }

        private FacadeAnswer told(Changed changed) {
            return switch (changed) {
                case Changed.Done(Functions.Served now) -> transaction.json(200, ActionView.document(now));
                case Changed.Left(FacadeAnswer answer) -> answer;
                case Changed.Refused(Changed.Reason reason, String message) ->
                    transaction.error(
                            switch (reason) {
                                case ABSENT -> 404;
                                case DECLARED, FAILED -> 409;
                                case WRONG -> 400;
                                case FULL -> 413;
                                case UNABLE -> 501;
                                case BUSY -> 429;
                            },
                            reason == Changed.Reason.ABSENT ? Says.ABSENT : message);
            };
        }

        private Wish invoke(String name, FacadeRequest request, Instant now) {
            Query query = Query.of(request.line());
            boolean resultOnly = query.flag("result");
            boolean blocking = query.flag("blocking");
            Duration patience = query.timeout();
            byte[] body = request.body();
            if (body.length > OpenWhiskHost.PARAMETERS_BYTES_MAX) {
                return refused(413, Says.tooLarge(OpenWhiskHost.PAYLOAD_BYTES_MAX));
            }
            if (body.length > 0) {
                if (!json(request.headers().first("content-type"))) {
                    return refused(
                            415, "The request's Content-Type is not supported. Expected:\napplication/json, in UTF-8");
                }
                String text = ActivationResult.text(body);
                if (text == null || !ActivationResult.isObject(text)) {
                    return refused(
                            400, Says.malformedContent("Object expected: its fields are the action's parameters"));
                }
            }
            byte[] parameters = body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body;
            if (!blocking) {
                return new Wish.Later(
                        key, Names.weft(name), JSON_TYPE, Map.of(), parameters, new ActivationTaking(transaction));
            }
            Activation answering = new Activation(transaction, key, name, now, resultOnly);
            return new Wish.Noted(
                    new Wish.Invoke(key, Names.weft(name), JSON_TYPE, Map.of(), parameters, false, answering),
                    patience,
                    invocation -> Activation.accepted(transaction, invocation));
        }

        /** A client that does not say what it sends is believed, as by OpenWhisk. */
        private static boolean json(@Nullable String contentType) {
            if (contentType == null) {
                return true;
            }
            String rest = contentType.toLowerCase(Locale.ROOT).replace("\"", "").replace(" ", "");
            int charset = rest.indexOf(";charset=");
            return MediaType.of(contentType).equals(JSON_TYPE)
                    && (charset < 0 || rest.startsWith("utf-8", charset + ";charset=".length()));
        }

        private FacadeAnswer namespaces() {
            return transaction.json(200, JSON.createArrayNode().add(key.namespace()));
        }

        private static JsonNode info() {
            return JSON.createObjectNode()
                    .put("description", "OpenWhisk API")
                    .put("api_version", "1.0.0")
                    .put("api_version_path", "v1")
                    .put("build", "Weft's façade");
        }

        private Wish control(Wish.Work work) {
            return new Wish.Control(key, asked.action(), on(), work);
        }

        private Wish ask(Wish.Asking work) {
            return new Wish.Ask(key, asked.action(), on(), work);
        }

        private String on() {
            String on = asked.on();
            return on.startsWith(Asked.OWN + '/') || on.equals(Asked.OWN)
                    ? key.namespace() + on.substring(Asked.OWN.length())
                    : on;
        }

        private Wish refused(int status, String words) {
            return new Wish.Refused(asked.action(), key.id(), true, words, transaction.error(status, words));
        }
    }
}
