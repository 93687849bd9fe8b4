// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Said;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A refusal in Kubernetes' shape: {@code kind: Status}. Words and reasons are those of Kubernetes' apimachinery (api/errors).
 *
 * @param details what it is about; empty where it is about nothing in particular
 */
record KubeStatus(int code, String reason, String message, ObjectNode details) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MESSAGE_CHARS_MAX = 4000;
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Some words are the client's own: only so much of them is said again. */
    KubeStatus {
        message = Said.cut(message, MESSAGE_CHARS_MAX).replaceAll("[^ -~ç…]", "?");
    }

    /** What is wrong with one field. */
    record Cause(String reason, String message, String field) {
        /** A value that can't be. */
        static Cause value(String field, String value, String why) {
            return new Cause(
                    "FieldValueInvalid", "Invalid value: \"" + Said.value(value) + "\": " + why, Said.cut(field, 200));
        }

        /** A field that asks for what is not done. */
        static Cause forbidden(String field, String why) {
            return new Cause("FieldValueForbidden", "Forbidden: " + why, Said.cut(field, 200));
        }

        /** A field that has to be there. */
        static Cause required(String field, String why) {
            return new Cause("FieldValueRequired", "Required value: " + why, field);
        }
    }

    private static KubeStatus of(int code, String reason, String message) {
        return new KubeStatus(code, reason, message, JSON.createObjectNode());
    }

    private static KubeStatus of(int code, String reason, String message, Resource resource, String name) {
        ObjectNode details = JSON.createObjectNode();
        if (!name.isEmpty()) {
            details.put("name", Said.value(name));
        }
        details.put("group", Resource.GROUP).put("kind", resource.plural());
        return new KubeStatus(code, reason, message, details);
    }

    private static String one(Resource resource, String name) {
        return resource.plural() + '.' + Resource.GROUP + (name.isEmpty() ? "" : " \"" + Said.value(name) + '"');
    }

    static KubeStatus unauthorized() {
        return of(
                401,
                "Unauthorized",
                "Unauthorized: a key of Weft's is needed, as bearer token ID.SECRET (over TLS: kubectl sends none"
                        + " without) or as user and password of the server's URL");
    }

    static KubeStatus forbidden(String why) {
        return of(403, "Forbidden", "forbidden: " + why);
    }

    static KubeStatus forbidden(Resource resource, String name, String why) {
        return of(403, "Forbidden", one(resource, name) + " is forbidden: " + why, resource, name);
    }

    static KubeStatus noPath() {
        return of(404, "NotFound", "the server could not find the requested resource");
    }

    static KubeStatus notFound(Resource resource, String name) {
        return of(404, "NotFound", one(resource, name) + " not found", resource, name);
    }

    /** Of a Secret, which has no group. */
    static KubeStatus ofSecret(int code, String reason, String name, String why) {
        ObjectNode details = JSON.createObjectNode();
        if (!name.isEmpty()) {
            details.put("name", Said.value(name));
        }
        details.put("kind", "secrets");
        String which = name.isEmpty() ? "secrets " : "secrets \"" + Said.value(name) + "\" ";
        return new KubeStatus(code, reason, which + why, details);
    }

    static KubeStatus notAllowed(String why) {
        return of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource: " + why);
    }

    static KubeStatus exists(String name) {
        return of(409, "AlreadyExists", one(Resource.SERVICES, name) + " already exists", Resource.SERVICES, name);
    }

    static KubeStatus conflict(String name, String why) {
        return of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + one(Resource.SERVICES, name) + ": " + why,
                Resource.SERVICES,
                name);
    }

    static KubeStatus modified(String name) {
        return conflict(
                name, "the object has been modified; please apply your changes to the latest version and try again");
    }

    static KubeStatus expired(String why) {
        return of(410, "Expired", why);
    }

    static KubeStatus badRequest(String why) {
        return of(400, "BadRequest", why);
    }

    static KubeStatus mediaType(String why) {
        return of(415, "UnsupportedMediaType", why);
    }

    static KubeStatus tooLarge(long most) {
        return of(413, "RequestEntityTooLarge", "Request entity too large: limit is " + most);
    }

    static KubeStatus busy() {
        return of(429, "TooManyRequests", "too many requests, please try again later");
    }

    static KubeStatus unavailable(String why) {
        return of(503, "ServiceUnavailable", why);
    }

    static KubeStatus internal() {
        return of(500, "InternalError", "Internal error occurred: Weft's log says more");
    }

    /** What is wrong with a Service, by words that name fields themselves: kubectl shows causes only. */
    static KubeStatus invalid(String name, String why) {
        return invalid(name, List.of(new Cause("FieldValueInvalid", why, "spec")));
    }

    static KubeStatus invalid(String name, List<Cause> causes) {
        ObjectNode details = JSON.createObjectNode()
                .put("name", Said.value(name))
                .put("group", Resource.GROUP)
                .put("kind", Resource.SERVICES.plural());
        return invalid("Service." + Resource.GROUP + " \"" + Said.value(name) + '"', details, causes);
    }

    static KubeStatus invalidSecret(String name, List<Cause> causes) {
        ObjectNode details =
                JSON.createObjectNode().put("name", Said.value(name)).put("kind", "secrets");
        return invalid("Secret \"" + Said.value(name) + '"', details, causes);
    }

    private static KubeStatus invalid(String what, ObjectNode details, List<Cause> causes) {
        String words = causes.stream()
                .map(each -> each.field() + ": " + each.message())
                .collect(Collectors.joining(", "));
        ArrayNode all = details.putArray("causes");
        causes.forEach(each -> all.addObject()
                .put("reason", each.reason())
                .put("message", each.message())
                .put("field", each.field()));
        String message = what + " is invalid: " + (causes.size() == 1 ? words : '[' + words + ']');
        return new KubeStatus(422, "Invalid", message, details);
    }

    ObjectNode document() {
        ObjectNode status = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", message).put("reason", reason);
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    FacadeAnswer answer() {
        Headers.Builder headers = Headers.builder().add("Content-Type", "application/json");
        Duration retryAfter = code == 429 || code == 503 ? SOON : null;
        if (retryAfter != null) {
            headers.add("Retry-After", Long.toString(retryAfter.toSeconds()));
        }
        if (code == 401) {
            headers.add("WWW-Authenticate", "Bearer realm=\"weft\"");
        }
        return new FacadeAnswer(code, headers.build(), JSON.writeValueAsBytes(document()));
    }

    /** A document as an answer. */
    static FacadeAnswer answer(int code, ObjectNode document) {
        return new FacadeAnswer(code, Headers.of("Content-Type", "application/json"), JSON.writeValueAsBytes(document));
    }

    /** That something was done to a Service. */
    static FacadeAnswer success(String name, @Nullable String uid) {
        ObjectNode status = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details = status.putObject("details")
                .put("name", name)
                .put("group", Resource.GROUP)
                .put("kind", Resource.SERVICES.plural());
        if (uid != null) {
            details.put("uid", uid);
        }
        return answer(200, status);
    }
}
