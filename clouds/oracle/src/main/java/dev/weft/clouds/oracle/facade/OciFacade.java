// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.oracle.call.FnWire;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * OCI Functions as Oracle's clients speak it, API version 20181201: functions are called, listed, shown, changed and deleted.
 * Every namespace is a tenancy with one application. A function of OCI's is an image, so none is made here; every other operation
 * is refused by its name.
 */
public final class OciFacade implements Facade {
    /** Where it listens unless told otherwise. */
    static final int PORT = 8098;

    private static final Duration SOON = Duration.ofSeconds(1);

    private static final Operations OPERATIONS = new Operations("/20181201/", """
            POST functions/*/actions/invoke InvokeFunction
            GET applications ListApplications
            POST applications CreateApplication
            GET applications/* GetApplication
            PUT applications/* UpdateApplication
            DELETE applications/* DeleteApplication
            POST applications/*/actions/changeCompartment ChangeApplicationCompartment
            GET functions ListFunctions
            POST functions CreateFunction
            GET functions/* GetFunction
            PUT functions/* UpdateFunction
            DELETE functions/* DeleteFunction
            GET pbfListings ListPbfListings
            GET pbfListings/triggers ListTriggers
            GET pbfListings/* GetPbfListing
            GET pbfListingVersions ListPbfListingVersions
            GET pbfListingVersions/* GetPbfListingVersion
            """);

    /** There is nothing to set up. */
    public OciFacade() {}

    @Override
    public String vendor() {
        return "oci";
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
        Operations.Asked asked = OPERATIONS.find(request.line());
        String action = asked == null ? "unknown" : asked.action();
        return switch (OciProof.of(request, keys, now)) {
            case OciProof.None(String keyId, OciRefusal refusal) ->
                new Wish.Refused(action, keyId, false, refusal.code() + ": " + refusal.message(), refusal.answer());
            case OciProof.By(Key key) -> wish(request, asked, key);
        };
    }

    private static Wish wish(FacadeRequest request, Operations.@Nullable Asked asked, Key key) {
        try {
            if (asked == null) {
                throw new OciRefusal.Wrong(new OciRefusal(
                        404,
                        "NotFound",
                        request.line().method() + ' ' + request.line().path()
                                + " is no operation of OCI Functions, version 20181201"));
            }
            if (!asked.action().equals(OciCall.ACTION) && !key.may(Key.Role.DEPLOY)) {
                throw new OciRefusal.Wrong(OciRefusal.absent("Authorization failed: the key may call functions only; "
                        + asked.action() + " needs a key of role deploy"));
            }
            Map<String, String> query = Operations.query(request.line());
            if (query == null) {
                throw new OciRefusal.Wrong(OciRefusal.invalid("the query is not percent-encoded UTF-8"));
            }
            return known(request, asked, key, query);
        } catch (OciRefusal.Wrong wrong) {
            return refused(asked == null ? "unknown" : asked.action(), key, wrong.refusal());
        }
    }

    private static Wish known(FacadeRequest request, Operations.Asked asked, Key key, Map<String, String> query)
            throws OciRefusal.Wrong {
        String action = asked.action();
        OciDocuments documents = new OciDocuments(request.scheme() + "://" + request.authority(), key.namespace());
        return switch (action) {
            case "ListApplications" -> {
                OciPage page = OciPage.of(query);
                of("compartmentId", OciIdentity.tenancy(key.namespace()), query);
                yield new Wish.Control(key, action, "", _ -> documents.applications(page));
            }
            case "GetApplication" -> new Wish.Control(key, action, asked.on(), _ -> documents.application(asked.on()));
            case "ListFunctions" -> {
                OciPage page = OciPage.of(query);
                of("applicationId", Ocids.application(key.namespace()), query);
                yield new Wish.Control(key, action, "", functions -> documents.functions(functions, page));
            }
            case OciCall.ACTION, "GetFunction", "UpdateFunction", "DeleteFunction" ->
                ofFunction(request, asked, key, documents);
            case "CreateFunction" -> {
                OciPut put = OciPut.create(request.body());
                Draft draft = put.draft();
                if (!put.application().equals(Ocids.application(key.namespace()))) {
                    throw new OciRefusal.Wrong(OciRefusal.absent());
                }
                yield new Wish.Control(key, action, draft.name(), functions -> documents.create(functions, draft));
            }
            default ->
                throw new OciRefusal.Wrong(OciRefusal.notDone(
                        action + " is not done by Weft's façade of OCI Functions: it lists and shows applications and"
                                + " functions, and makes, calls, changes and deletes functions"));
        };
    }

    /** What a list must be of: there is one such thing for the key, and others look as if they were not there. */
    private static void of(String parameter, String only, Map<String, String> query) throws OciRefusal.Wrong {
        String said = query.getOrDefault(parameter, "");
        if (said.isEmpty()) {
            throw new OciRefusal.Wrong(OciRefusal.missing(parameter + " is required"));
        }
        if (!said.equals(only)) {
            throw new OciRefusal.Wrong(OciRefusal.absent());
        }
    }

    private static Wish ofFunction(FacadeRequest request, Operations.Asked asked, Key key, OciDocuments documents)
            throws OciRefusal.Wrong {
        String action = asked.action();
        String name = Ocids.name(key.namespace(), asked.on());
        if (name == null) {
            throw new OciRefusal.Wrong(OciRefusal.absent());
        }
        String match = request.headers().first("if-match");
        return switch (action) {
            case OciCall.ACTION -> new OciCall(request, key, name).wish();
            case "GetFunction" -> new Wish.Control(key, action, name, functions -> documents.function(functions, name));
            case "UpdateFunction" -> {
                OciPut update = OciPut.update(request.body());
                yield new Wish.Control(
                        key, action, name, functions -> documents.update(functions, name, update, match));
            }
            default -> new Wish.Control(key, action, name, functions -> documents.delete(functions, name, match));
        };
    }

    private static Wish refused(String action, Key key, OciRefusal refusal) {
        return new Wish.Refused(action, key.id(), true, refusal.code() + ": " + refusal.message(), refusal.answer());
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        return switch (why) {
            case TOO_LARGE ->
                OciRefusal.tooLarge("the body must have at most " + bodyBytesMax(line) + " bytes")
                        .answer();
            case STARTING ->
                OciRefusal.unavailable("functions are not deployed yet").answer(SOON);
            case BUSY ->
                OciRefusal.busy("Weft has all the requests it can take; come back later")
                        .answer(SOON);
            case BROKEN ->
                new OciRefusal(500, "InternalServerError", "an internal error; Weft's log says more").answer();
        };
    }
}
