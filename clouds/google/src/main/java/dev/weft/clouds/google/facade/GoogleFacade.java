// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.google.GoogleHost;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Cloud Functions, versions 1 and 2, as Google's clients speak them, and the URLs by which functions are called: functions are
 * listed, shown, called, made, changed and deleted. Every other operation, also of the other APIs that gcloud asks, is refused by its name.
 */
public final class GoogleFacade implements Facade {
    /** Where it listens unless told otherwise. */
    static final int PORT = 8093;

    /** Bytes of a request that is about functions. */
    static final long CONTROL_BYTES_MAX = 1 << 20;

    /** Bytes of CallFunction's request, as Google has it for functions of the first generation. */
    static final long CALL_BYTES_MAX = 10 << 20;

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Pattern LOCATION = Pattern.compile("-|[a-z][a-z0-9-]{0,62}");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]([-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?");
    private static final Set<String> OVERRIDES = Set.of("PATCH", "PUT", "DELETE", "GET");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** There is nothing to set up. */
    public GoogleFacade() {}

    @Override
    public String vendor() {
        return "google";
    }

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public long bodyBytesMax(RequestLine line) {
        if (line.path().startsWith(CallUrl.BELOW)) {
            return GoogleHost.REQUEST_BYTES_MAX;
        }
        if (line.path().startsWith(Uploading.BELOW)) {
            return Uploading.ZIP_BYTES_MAX;
        }
        return line.path().endsWith(":call") ? CALL_BYTES_MAX : CONTROL_BYTES_MAX;
    }

    @Override
    public Wish read(FacadeRequest request, Keys keys, Instant now) {
        if (request.line().path().startsWith(CallUrl.BELOW)) {
            return UrlCall.wish(request, keys, now);
        }
        if (TokenEndpoint.asked(request.line().path())) {
            return TokenEndpoint.wish(request, keys, now);
        }
        if (request.line().path().startsWith(Uploading.BELOW)) {
            return Uploading.wish(request, keys, now);
        }
        RequestLine line = meant(request);
        Operations.Asked asked = GoogleOperations.find(line);
        String action = asked == null ? "unknown" : asked.action();
        return switch (Bearer.atApi(request, keys, now)) {
            case KeyProof.None(String keyId) ->
                new Wish.Refused(
                        action,
                        keyId,
                        false,
                        "no key with its secret",
                        GoogleError.unproved().answer());
            case KeyProof.By(Key key) ->
                asked == null
                        ? refused(
                                action,
                                key,
                                new GoogleError(
                                        404, "NOT_FOUND", "there is no method " + line.method() + ' ' + line.path()))
                        : allowed(new Asking(request, line, now), asked, key);
        };
    }

    /** Google's client for Java can't send PATCH, and says it so. */
    private static RequestLine meant(FacadeRequest request) {
        RequestLine line = request.line();
        String other = request.headers().first("x-http-method-override");
        return other != null && line.method().equals("POST") && OVERRIDES.contains(other)
                ? new RequestLine(other, line.path(), line.query())
                : line;
    }

    /** @param line as it is meant */
    private record Asking(FacadeRequest request, RequestLine line, Instant now) {}

    private static Wish allowed(Asking asking, Operations.Asked asked, Key key) {
        String action = asked.action();
        if (!key.may(Key.Role.DEPLOY) && !action.equals(GoogleOperations.CALL)) {
            return refused(
                    action,
                    key,
                    GoogleError.denied("the key may call functions only; " + action + " needs a key of role deploy"));
        }
        Map<String, String> query = Operations.query(asking.line());
        if (query == null) {
            return refused(action, key, GoogleError.invalid("the query is not percent-encoded UTF-8"));
        }
        if (action.equals(GoogleOperations.LOGS)) {
            JsonNode body = body(asking.request());
            return body == null ? refused(action, key, notJson()) : LogEntries.wish(key, body);
        }
        Target target = Target.of(asked);
        GoogleError wrong = target == null ? null : wrong(target, action, key);
        if (wrong != null) {
            return refused(action, key, wrong);
        }
        if (target != null && action.startsWith(SecretDesk.API)) {
            return SecretDesk.wish(asked, query, asking.request(), key, asking.now());
        }
        return target == null
                ? refused(action, key, GoogleError.notDone(action))
                : wish(new Wanted(asking, action, target, query, key));
    }

    /**
     * What a path names.
     *
     * @param location empty where the path has none
     * @param name the third name: a function, mostly; empty where the path has none
     */
    private record Target(String project, String location, String name) {
        static @Nullable Target of(Operations.Asked asked) {
            int names = asked.names().size();
            if (names == 0) {
                return null;
            }
            return new Target(
                    asked.on(),
                    names > 1 ? asked.names().get(1) : "",
                    names > 2 ? asked.names().get(2) : "");
        }
    }

    private record Wanted(Asking asking, String action, Target target, Map<String, String> query, Key key) {}

    private static @Nullable GoogleError wrong(Target target, String action, Key key) {
        if (action.equals("v1.GetOperation")) {
            return null;
        }
        if (!target.project().equals(key.namespace())) {
            return GoogleError.denied("Permission denied on resource project '" + target.project()
                    + "' (or it may not exist): the project of this key is its namespace, '" + key.namespace() + "'");
        }
        if (action.matches("(serviceusage|secretmanager)\\..*")
                || target.location().isEmpty()) {
            return null;
        }
        if (!LOCATION.matcher(target.location()).matches()) {
            return GoogleError.invalid("'" + target.location() + "' is no name of a location");
        }
        if (target.name().isEmpty()) {
            return null;
        }
        if (target.location().equals(GoogleDocuments.ANYWHERE)) {
            return GoogleError.invalid("the location must be named: '-' is for lists");
        }
        if (action.equals("v2.GetOperation")) {
            return null;
        }
        return NAME.matcher(target.name()).matches()
                ? null
                : GoogleError.invalid("'" + target.name() + "' is no name of a function");
    }

    private static Wish wish(Wanted wanted) {
        String name = wanted.target().name();
        GoogleDocuments documents = new GoogleDocuments(
                wanted.key(),
                wanted.asking().request().scheme() + "://"
                        + wanted.asking().request().authority(),
                wanted.target().location(),
                wanted.action().startsWith("v1."));
        return switch (wanted.action()) {
            case "v1.ListLocations", "v2.ListLocations" -> control(wanted, functions -> documents.locations());
            case "v1.ListFunctions", "v2.ListFunctions" -> list(wanted, documents);
            case "v1.GetFunction", "v2.GetFunction" -> control(wanted, functions -> documents.get(functions, name));
            case "v2.ListRuntimes" -> control(wanted, functions -> documents.runtimes());
            case "v1.GetIamPolicy", "v2.GetIamPolicy", "run.GetIamPolicy" ->
                control(wanted, functions -> documents.policy(functions, name));
            case "v1.SetIamPolicy", "v2.SetIamPolicy", "run.SetIamPolicy" -> setPolicy(wanted, documents);
            case "v1.TestIamPermissions", "v2.TestIamPermissions", "run.TestIamPermissions" ->
                permissions(wanted, body -> functions -> documents.permissions(functions, name, body));
            case "resourcemanager.TestIamPermissions" ->
                permissions(wanted, body -> functions -> GoogleDocuments.permissions(body));
            case "v1.GenerateUploadUrl", "v2.GenerateUploadUrl" -> uploadUrl(wanted, documents);
            case "v1.CreateFunction", "v2.CreateFunction" -> changing(wanted, documents);
            case "v1.UpdateFunction", "v2.UpdateFunction" -> changing(wanted, documents);
            case "v1.DeleteFunction", "v2.DeleteFunction" -> changing(wanted, documents);
            case "v1.GetOperation" ->
                operation(wanted, documents, wanted.target().project());
            case "v2.GetOperation" -> operation(wanted, documents, name);
            case "resourcemanager.GetProject" -> control(wanted, functions -> documents.project());
            case "serviceusage.GetService" ->
                control(wanted, functions -> documents.service(wanted.target().location()));
            case "run.ListRevisions" -> control(wanted, functions -> GoogleDocuments.nothing());
            case "cloudbuild.GetDefaultServiceAccount" -> control(wanted, functions -> documents.builder());
            case GoogleOperations.CALL -> call(wanted, documents.resource(name));
            default -> refused(wanted.action(), wanted.key(), GoogleError.notDone(wanted.action()));
        };
    }

    private static Wish control(Wanted wanted, Wish.Work work) {
        return new Wish.Control(wanted.key(), wanted.action(), wanted.target().name(), work);
    }

    private static Wish list(Wanted wanted, GoogleDocuments documents) {
        return switch (GooglePage.of(wanted.query())) {
            case GooglePage.Wrong(GoogleError error) -> refused(wanted.action(), wanted.key(), error);
            case GooglePage.Of page -> control(wanted, functions -> documents.list(functions, page));
        };
    }

    private static Wish permissions(Wanted wanted, Function<JsonNode, Wish.Work> work) {
        JsonNode body = body(wanted.asking().request());
        return body == null ? refused(wanted.action(), wanted.key(), notJson()) : control(wanted, work.apply(body));
    }

    /** One that lets nobody call is the one that there is, so gcloud may set it; keys say who calls. */
    private static Wish setPolicy(Wanted wanted, GoogleDocuments documents) {
        JsonNode body = body(wanted.asking().request());
        if (body == null) {
            return refused(wanted.action(), wanted.key(), notJson());
        }
        String binding = wanted.action()
                + " with members, for Weft's keys say who may call (gcloud: --no-allow-unauthenticated),";
        return GoogleDocuments.binds(body)
                ? refused(wanted.action(), wanted.key(), GoogleError.notDone(binding))
                : control(
                        wanted,
                        functions -> documents.policy(functions, wanted.target().name()));
    }

    private static Wish changing(Wanted wanted, GoogleDocuments documents) {
        return new Changing(
                        wanted.key(),
                        wanted.action(),
                        documents,
                        wanted.target().name(),
                        wanted.query(),
                        wanted.asking().request().body(),
                        wanted.asking().now())
                .wish();
    }

    private static Wish uploadUrl(Wanted wanted, GoogleDocuments documents) {
        JsonNode body = body(wanted.asking().request());
        if (body == null) {
            return refused(wanted.action(), wanted.key(), notJson());
        }
        if (!body.path("kmsKeyName").asString("").isEmpty()) {
            return refused(wanted.action(), wanted.key(), GoogleError.notDone(wanted.action() + " with kmsKeyName"));
        }
        return control(
                wanted,
                functions -> Uploading.url(
                        wanted.key(),
                        documents.base(),
                        documents.first(),
                        wanted.asking().now()));
    }

    private static Wish operation(Wanted wanted, GoogleDocuments documents, String id) {
        LongRunning operation = LongRunning.read(id);
        if (operation == null) {
            return refused(wanted.action(), wanted.key(), GoogleError.notFound("operations/" + id));
        }
        GoogleDocuments there =
                new GoogleDocuments(wanted.key(), documents.base(), operation.location(), documents.first());
        return control(
                wanted,
                functions -> operation.found(functions, there, wanted.asking().now()));
    }

    private static Wish call(Wanted wanted, String resource) {
        JsonNode body = body(wanted.asking().request());
        if (body == null) {
            return refused(wanted.action(), wanted.key(), notJson());
        }
        JsonNode data = body.path("data");
        if (!data.isMissingNode() && !data.isString()) {
            return refused(
                    wanted.action(),
                    wanted.key(),
                    GoogleError.invalid("data must be a string, which is what the function gets"));
        }
        byte[] payload = data.asString("").getBytes(StandardCharsets.UTF_8);
        return new Wish.Invoke(
                wanted.key(),
                Names.weft(wanted.target().name()),
                json(payload) ? "application/json" : null,
                Map.of(),
                payload,
                false,
                new CallAnswering(resource));
    }

    /** An object; no body is an empty one. Null where it is anything else. */
    static @Nullable JsonNode body(FacadeRequest request) {
        if (request.body().length == 0) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode body = JSON.readTree(request.body());
            return body.isObject() ? body : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static boolean json(byte[] payload) {
        try {
            return !JSON.readTree(payload).isMissingNode();
        } catch (JacksonException notJson) {
            return false;
        }
    }

    private static GoogleError notJson() {
        return GoogleError.invalid("Invalid JSON payload received: the body must be a JSON object");
    }

    private static Wish refused(String action, Key key, GoogleError error) {
        return new Wish.Refused(action, key.id(), true, error.message(), error.answer());
    }

    @Override
    public FacadeAnswer unread(RequestLine line, Unread why) {
        if (line.path().startsWith(Uploading.BELOW)) {
            return switch (why) {
                case TOO_LARGE ->
                    Uploading.error(400, "EntityTooLarge", "at most " + Uploading.ZIP_BYTES_MAX + " bytes are taken");
                case STARTING, BUSY -> Uploading.error(503, "SlowDown", "come back later");
                case BROKEN -> Uploading.error(500, "InternalError", "an internal error was encountered");
            };
        }
        if (line.path().startsWith(CallUrl.BELOW)) {
            return switch (why) {
                case TOO_LARGE ->
                    UrlAnswering.words(
                            413, "Request Entity Too Large: at most " + bodyBytesMax(line) + " bytes", "", null);
                case STARTING -> UrlAnswering.words(503, "Service Unavailable", "", SOON);
                case BUSY -> UrlAnswering.words(429, "Rate exceeded.", "", SOON);
                case BROKEN -> UrlAnswering.words(500, "Internal Server Error", "", null);
            };
        }
        return switch (why) {
            case TOO_LARGE ->
                new GoogleError(
                                413,
                                "INVALID_ARGUMENT",
                                "Request payload size exceeds the limit: " + bodyBytesMax(line) + " bytes")
                        .answer();
            case STARTING -> new GoogleError(503, "UNAVAILABLE", "functions are not deployed yet").answer(SOON);
            case BUSY ->
                new GoogleError(429, "RESOURCE_EXHAUSTED", "Weft has all the requests it can take; come back later")
                        .answer(SOON);
            case BROKEN ->
                new GoogleError(500, "INTERNAL", "Internal error encountered; Weft's log says more").answer();
        };
    }
}
