// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.facade.kept.ActionLimit;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Entity;
import dev.weft.clouds.ibm.facade.kept.EntityPut;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A request of somebody who is known: what he wants, if his key may. */
record Asking(Transaction transaction, Asked asked, Key key) {
    private static final JsonMapper JSON = JsonMapper.shared();

    Wish wish(FacadeRequest request, Instant now) {
        try {
            return switch (asked) {
                case Asked.AboutApi _ -> control(_ -> transaction.json(200, info()));
                case Asked.Ping _ -> control(_ -> transaction.text("pong"));
                case Asked.Namespaces _ ->
                    may(
                            key.namespace(),
                            Key.Role.DEPLOY,
                            "",
                            () -> control(_ ->
                                    transaction.json(200, JSON.createArrayNode().add(key.namespace()))));
                case Asked.Actions(String namespace) ->
                    may(namespace, Key.Role.DEPLOY, "", () -> list("", Query.of(request.line())));
                case Asked.InPackage(String namespace, String pack) ->
                    may(namespace, Key.Role.DEPLOY, '/' + pack, () -> list(pack, Query.of(request.line())));
                case Asked.OneAction one -> {
                    boolean calls = one.verb() == Asked.Verb.INVOKE;
                    Key.Role needed = calls ? Key.Role.INVOKE : Key.Role.DEPLOY;
                    yield may(one.namespace(), needed, '/' + one.name(), () -> about(one, request, now));
                }
                case Asked.Collection(Kind kind, String namespace) ->
                    may(namespace, Key.Role.DEPLOY, "", () -> list(kind, Query.of(request.line(), kind.collection())));
                case Asked.OneEntity one -> {
                    boolean fires = one.verb() == Asked.Verb.INVOKE && one.kind() == Kind.TRIGGER;
                    Key.Role needed = fires ? Key.Role.INVOKE : Key.Role.DEPLOY;
                    yield may(one.namespace(), needed, '/' + one.name(), () -> about(one, request, now));
                }
                case Asked.Limits(String namespace) ->
                    may(
                            namespace,
                            Key.Role.DEPLOY,
                            "",
                            () -> control(_ -> transaction.json(200, ActionLimit.ofNamespace())));
                case Asked.Activations(String namespace) ->
                    may(namespace, Key.Role.DEPLOY, "", () -> activations(request));
                case Asked.OneActivation one -> {
                    Key.Role needed = one.part().equals("logs") ? Key.Role.DEPLOY : Key.Role.INVOKE;
                    yield may(
                            one.namespace(),
                            needed,
                            '/' + one.id(),
                            () -> ask((events, functions) ->
                                    new ActivationReading(transaction, key).one(one, events, functions)));
                }
                case Asked.NotDone notDone -> refused(501, Says.notDone(notDone.action(), notDone.instead()));
                case Asked.Wrong(int status, String words) -> refused(status, words);
            };
        } catch (IllegalArgumentException wrong) {
            return refused(
                    wrong instanceof Refusal refusal ? refusal.status() : 400, String.valueOf(wrong.getMessage()));
        }
    }

    private Wish activations(FacadeRequest request) {
        ActivationReading.Page page = ActivationReading.Page.of(Query.of(request.line(), "activations"));
        return ask((events, functions) -> new ActivationReading(transaction, key).list(page, events, functions));
    }

    private Wish about(Asked.OneAction one, FacadeRequest request, Instant now) {
        return switch (one.verb()) {
            case GET -> show(one.name(), Query.of(request.line()));
            case INVOKE -> new Calling(transaction, key, asked.action(), on(), now).wish(one.name(), request);
            case CREATE -> put(one.name(), request);
            case DELETE -> control(functions -> deleted(one.name(), functions));
        };
    }

    private Wish about(Asked.OneEntity one, FacadeRequest request, Instant now) {
        Entities entities = new Entities(transaction, key);
        Query query = Query.of(request.line(), one.kind().collection());
        return switch (one.verb()) {
            case GET -> control(functions -> entities.show(one.kind(), one.name(), functions));
            case INVOKE ->
                one.kind() == Kind.TRIGGER
                        ? new Firing(transaction, key, now).wish(one.name(), request, asked.action(), on())
                        : status(one, request);
            case CREATE -> {
                boolean overwrite = query.flag("overwrite");
                EntityPut put = EntityPut.of(one.kind(), request.body());
                done(one, put);
                yield control(functions -> entities.put(one.name(), put, overwrite, functions));
            }
            case DELETE -> {
                if (query.flag("force")) {
                    yield refused(501, Says.notDone("packages.delete with force=true", "delete its actions first"));
                }
                yield control(functions -> entities.delete(one.kind(), one.name(), functions));
            }
        };
    }

    /** Refuses what is not done. */
    private static void done(Asked.OneEntity one, EntityPut put) {
        if (one.kind() == Kind.PACKAGE && one.name().equals("default")) {
            throw new Refusal(400, "Package name 'default' is reserved.");
        }
        JsonNode binding = put.said().path("binding");
        if (!binding.isMissingNode() && !binding.isEmpty()) {
            throw new Refusal(
                    501, Says.notDone("packages with a binding", "give the package its actions and parameters"));
        }
        if (one.kind() == Kind.TRIGGER && !put.said().path("limits").isEmpty()) {
            throw Refusal.content("limits of a trigger must be empty: there are none");
        }
        if (one.kind() == Kind.TRIGGER && !put.annotation("feed").isMissingNode()) {
            throw new Refusal(
                    501, Says.notDone("feeds (annotation feed)", "have what knows of the events fire the trigger"));
        }
    }

    private Wish status(Asked.OneEntity one, FacadeRequest request) {
        JsonNode said = EntityPut.of(Kind.RULE, request.body()).said();
        String status = said.path("status").asString("");
        if (said.size() != 1 || (!status.equals(Entities.ACTIVE) && !status.equals(Entities.INACTIVE))) {
            return refused(400, Says.malformedContent("status must be 'active' or 'inactive', and nothing else"));
        }
        return control(functions -> new Entities(transaction, key).set(one.name(), status, functions));
    }

    private Wish list(Kind kind, Query query) {
        int _ = query.skip() + query.limit(); // what is wrong is told before all else
        boolean _ = query.flag("count");
        return control(functions -> new Entities(transaction, key).list(kind, query, functions));
    }

    /** What a key wants that may. Others' namespaces look like those that are not there. */
    private Wish may(String namespace, Key.Role role, String what, Supplier<Wish> then) {
        String whole = namespace.equals(Asked.OWN) ? key.namespace() : namespace;
        return whole.equals(key.namespace()) && key.may(role)
                ? then.get()
                : refused(403, Says.notAuthorized(whole + what));
    }

    private Wish list(String pack, Query query) {
        int skip = query.skip();
        int limit = query.limit();
        boolean count = query.flag("count");
        return control(functions -> {
            if (!pack.isEmpty() && functions.shelf().find(key.namespace(), Kind.PACKAGE.shelf(), pack) == null) {
                return transaction.error(404, Says.ABSENT);
            }
            List<ActionView.Listed> all = Stream.concat(
                            functions.list(key.namespace()).stream().map(ActionView.Listed::of),
                            functions.shelf().list(key.namespace(), Kind.SEQUENCE.shelf()).stream()
                                    .map(each -> Entity.of(Kind.SEQUENCE, each))
                                    .map(each -> ActionView.Listed.of(each, key.namespace())))
                    .filter(each -> pack.isEmpty() || each.name().startsWith(pack + '/'))
                    .toList();
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
            Served served = Callee.function(functions, key.namespace(), name);
            if (served != null) {
                return transaction.json(200, ActionView.document(served));
            }
            Entity sequence = new Sequences(transaction, key).find(name, functions);
            return sequence == null
                    ? transaction.error(404, Says.ABSENT)
                    : transaction.json(200, Sequences.document(sequence, key.namespace()));
        });
    }

    private Wish put(String name, FacadeRequest request) {
        boolean overwrite = Query.of(request.line()).flag("overwrite");
        if (ActionPut.sequence(request.body())) {
            Sequences sequences = new Sequences(transaction, key);
            Sequences.Put put = sequences.read(request.body());
            return control(functions -> sequences.put(name, put, overwrite, functions));
        }
        ActionPut put = ActionPut.of(name, request.body());
        byte[] zip = put.zip();
        return control(functions -> {
            if (new Sequences(transaction, key).find(name, functions) != null) {
                return transaction.error(
                        409,
                        overwrite
                                ? "action " + name
                                        + " is a sequence: say exec.kind sequence and its components, or delete it"
                                : Says.EXISTS);
            }
            if (Callee.homeless(functions, key.namespace(), name)) {
                return transaction.error(404, Says.ABSENT);
            }
            return told(functions.put(
                    key.namespace(), Names.weft(name), before -> edited(name, put, zip, before, overwrite)));
        });
    }

    private Edited edited(
            String name, ActionPut put, byte @Nullable [] zip, @Nullable Draft before, boolean overwrite) {
        if (before != null && !overwrite) {
            return new Edited.Leave(transaction.error(409, Says.EXISTS));
        }
        String shown = before == null ? name : shown(before);
        if (ActionName.packaged(name) != ActionName.packaged(shown)
                || (ActionName.packaged(name) && !shown.equals(name))) {
            return new Edited.Leave(transaction.error(
                    409,
                    "action " + name + " is " + Names.weft(name) + " in Weft, as is action " + shown + " already"));
        }
        if (before == null && zip == null) {
            return new Edited.Leave(transaction.error(400, Says.malformedContent("exec undefined")));
        }
        return new Edited.Put(put.draft(before), zip);
    }

    private static String shown(Draft draft) {
        return draft.annotations()
                .getOrDefault(ActionName.PACKAGED, draft.annotations().getOrDefault(Draft.NAME, draft.name()));
    }

    private FacadeAnswer deleted(String name, Functions functions) throws InterruptedException {
        Sequences sequences = new Sequences(transaction, key);
        if (Callee.function(functions, key.namespace(), name) == null) {
            Entity sequence = sequences.find(name, functions);
            return sequence == null ? transaction.error(404, Says.ABSENT) : sequences.delete(sequence, functions);
        }
        return told(functions.delete(key.namespace(), Names.weft(name)));
    }

    private FacadeAnswer told(Changed changed) {
        return switch (changed) {
            case Changed.Done(Served now) -> transaction.json(200, ActionView.document(now));
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

    private static JsonNode info() {
        return JSON.createObjectNode()
                .put("description", "OpenWhisk API")
                .put("api_version", "1.0.0")
                .put("api_version_path", "v1")
                .put("build", "Weft's façade");
    }

    /** Where {@code work} refuses, it does so with a {@link Refusal}. */
    private Wish control(Wish.Work work) {
        return new Wish.Control(key, asked.action(), on(), functions -> {
            try {
                return work.run(functions);
            } catch (Refusal refusal) {
                return transaction.error(refusal.status(), refusal.words());
            }
        });
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
