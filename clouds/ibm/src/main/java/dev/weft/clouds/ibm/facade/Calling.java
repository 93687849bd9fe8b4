// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.event.Event;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.MediaType;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of an action, waited for or not: of a function, of one in a package, with that package's parameters, or of a sequence.
 *
 * @param action for the audit trail, as is {@code on}
 * @param now when the request was read
 */
record Calling(Transaction transaction, Key key, String action, String on, Instant now) {
    static final String JSON_TYPE = "application/json";

    /** How a client calls. */
    private record How(boolean blocking, boolean resultOnly, Duration patience) {}

    /** What is wrong is a {@link Refusal}. */
    Wish wish(String name, FacadeRequest request) {
        Query query = Query.of(request.line());
        How how = new How(query.flag("blocking"), query.flag("result"), query.timeout());
        byte[] parameters = parameters(request);
        if (ActionName.packaged(name)) {
            return new Wish.Consult(key, functions -> found(name, how, parameters, functions));
        }
        return new Wish.Look(key, Names.weft(name), found -> {
            if (found == null) { // then it may be a sequence
                return new Wish.Consult(key, functions -> found(name, how, parameters, functions));
            }
            return found.metadata().annotations().containsKey(ActionName.PACKAGED)
                    ? absent()
                    : call(Names.weft(name), name, how, parameters);
        });
    }

    /** A request's body: what is no JSON object is a {@link Refusal}. */
    static byte[] parameters(FacadeRequest request) {
        byte[] body = request.body();
        if (body.length > OpenWhiskHost.PARAMETERS_BYTES_MAX) {
            throw new Refusal(413, Says.tooLarge(OpenWhiskHost.PAYLOAD_BYTES_MAX));
        }
        if (body.length == 0) {
            return "{}".getBytes(StandardCharsets.UTF_8);
        }
        if (!json(request.headers().first("content-type"))) {
            throw new Refusal(
                    415, "The request's Content-Type is not supported. Expected:\napplication/json, in UTF-8");
        }
        String text = ActivationResult.text(body);
        if (text == null || !ActivationResult.isObject(text)) {
            throw Refusal.content("Object expected: its fields are the action's parameters");
        }
        return body;
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

    private Wish found(String name, How how, byte[] parameters, Functions functions) {
        try {
            return kept(name, how, parameters, functions);
        } catch (Refusal refusal) {
            return new Wish.Refused(
                    action, key.id(), true, refusal.words(), transaction.error(refusal.status(), refusal.words()));
        }
    }

    /** Of an action that is in a package, or a sequence. */
    private Wish kept(String name, How how, byte[] parameters, Functions functions) {
        Callee callee = Callee.find(functions, key.namespace(), name);
        if (callee == null) {
            return absent();
        }
        byte[] payload = callee.carried(parameters);
        if (payload.length > OpenWhiskHost.PARAMETERS_BYTES_MAX) {
            String words = Says.tooLarge(OpenWhiskHost.PAYLOAD_BYTES_MAX);
            return new Wish.Refused(action, key.id(), true, words, transaction.error(413, words));
        }
        if (callee.sequence() == null) {
            return call(callee.target(), name, how, payload);
        }
        if (how.blocking()) {
            Activation answering = new Activation(transaction, key, name, now, how.resultOnly());
            return new Wish.Perform(
                    key,
                    callee.target(),
                    payload,
                    how.patience(),
                    answering.ofSequence(),
                    invocation -> Activation.accepted(transaction, invocation));
        }
        return new Wish.Send(
                key, action, on, (events, _, origin) -> left(event(key, callee.target(), payload, origin), events));
    }

    private FacadeAnswer left(Event event, Events events) {
        ActivationTaking taking = new ActivationTaking(transaction);
        return switch (events.take(event)) {
            case Taken.Kept(String id) -> taking.taken(id);
            case Taken.Refused refused -> taking.refused(refused);
        };
    }

    /** An event that {@code key} sends. */
    static Event event(Key key, String target, byte[] payload, Event.Origin origin) {
        return event(key.namespace(), key.id(), target, payload, origin);
    }

    /** The same by the id of the key. */
    static Event event(String namespace, String sender, String target, byte[] payload, Event.Origin origin) {
        return new Event(
                Event.newId(), namespace, target, OpenWhiskFacade.VENDOR, sender, JSON_TYPE, Map.of(), payload, origin);
    }

    private Wish call(String target, String name, How how, byte[] payload) {
        if (!how.blocking()) {
            return new Wish.Later(key, target, JSON_TYPE, Map.of(), payload, new ActivationTaking(transaction));
        }
        Activation answering = new Activation(transaction, key, name, now, how.resultOnly());
        return new Wish.Noted(
                new Wish.Invoke(key, target, JSON_TYPE, Map.of(), payload, false, answering),
                how.patience(),
                invocation -> Activation.accepted(transaction, invocation));
    }

    private Wish absent() {
        return new Wish.Refused(action, key.id(), true, Says.ABSENT, transaction.error(404, Says.ABSENT));
    }
}
