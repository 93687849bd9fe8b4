// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Shelf;
import dev.weft.api.facade.Wish;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Kubernetes' Secrets, for what a Service's variables refer to; they are kept on the shelf. A Service has the values that were there when it
 * was last changed, as an instance on Knative has those of its start. Source: Kubernetes' API reference, Secret v1.
 *
 * @param name empty for all
 */
record Secrets(Key key, FacadeRequest request, String name, Map<String, String> query) {
    /** Bytes of a Secret's values: Kubernetes' own limit. */
    static final int BYTES_MAX = 1 << 20;

    private static final String KIND = "knative/secret";
    private static final String VALUES = "data";
    private static final String METADATA = "metadata";
    private static final String VERSION = "resourceVersion";
    private static final String IMMUTABLE = "immutable";
    private static final Pattern PATH =
            Pattern.compile("/api/v1(?:/namespaces/(?<namespace>[^/]+))?/secrets(?:/(?<name>[^/]+))?");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern VALUE_NAME = Pattern.compile("[-._a-zA-Z0-9]{1,253}");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Null where the request is about something else. */
    static @Nullable Wish wish(FacadeRequest request, Key key, Map<String, String> query, Instant now) {
        RequestLine line = request.line();
        Matcher path = PATH.matcher(line.path());
        if (!path.matches()) {
            return null;
        }
        String name = path.group("name") == null ? "" : path.group("name");
        Secrets asked = new Secrets(key, request, name, query);
        String namespace = path.group("namespace");
        if (!key.may(Key.Role.DEPLOY)) {
            return asked.refused(KubeStatus.ofSecret(
                    403, "Forbidden", name, "is forbidden: the key may call functions only; it needs role deploy"));
        }
        if (namespace != null && !namespace.equals(key.namespace())) {
            return asked.refused(KubeStatus.ofSecret(
                    403,
                    "Forbidden",
                    name,
                    "is forbidden: the key is of the namespace \"" + key.namespace() + "\" and sees no other"));
        }
        try {
            return asked.wish(now);
        } catch (Wrong wrong) {
            return asked.refused(wrong.status());
        }
    }

    private String action() {
        boolean all = name.isEmpty();
        return switch (request.line().method()) {
            case "GET" -> all ? "list secrets" : "get secrets";
            case "POST" -> "create secrets";
            case "DELETE" -> all ? "deletecollection secrets" : "delete secrets";
            case "PUT" -> "update secrets";
            case "PATCH" -> "patch secrets";
            default -> request.line().method() + " secrets";
        };
    }

    private Wish refused(KubeStatus status) {
        return new Wish.Refused(action(), key.id(), true, status.message(), status.answer());
    }

    private Wish wish(Instant now) throws Wrong {
        if (!query.getOrDefault("dryRun", "").isEmpty()) {
            throw Wrong.request(
                    "dryRun is not done by Weft's façade of Knative; kubectl --dry-run=client asks no server");
        }
        return switch (action()) {
            case "list secrets" -> {
                if (query.getOrDefault("watch", "").matches("true|1")) {
                    throw new Wrong(KubeStatus.notAllowed("Secrets are not watched"));
                }
                Selectors selectors = Selectors.of(query);
                yield work(functions -> list(functions.shelf(), selectors));
            }
            case "get secrets" ->
                work(functions -> {
                    Shelf.Item item = functions.shelf().find(key.namespace(), KIND, name);
                    return item == null ? absent().answer() : KubeStatus.answer(200, shown(item));
                });
            case "create secrets" -> {
                ObjectNode secret = read(json(), now);
                yield work(functions -> create(functions.shelf(), secret));
            }
            case "update secrets" -> {
                JsonNode said = json();
                yield work(functions -> change(functions.shelf(), there -> said, now));
            }
            case "patch secrets" -> {
                String type = String.valueOf(request.headers().first("content-type"));
                // of a Secret's fields, kubectl's own kind of patch means the same as the standard's
                Patch patch = Patch.read(
                        type.startsWith("application/strategic-merge-patch") ? "application/merge-patch+json" : type,
                        request.body());
                yield work(functions -> change(functions.shelf(), patch::apply, now));
            }
            case "delete secrets" -> {
                String uid = preconditions();
                yield work(functions -> delete(functions.shelf(), uid));
            }
            default -> throw new Wrong(KubeStatus.notAllowed(action() + " is not done by Weft's façade of Knative"));
        };
    }

    private Wish work(Wish.Work work) {
        return new Wish.Control(key, action(), name, work);
    }

    private KubeStatus absent() {
        return KubeStatus.ofSecret(404, "NotFound", name, "not found");
    }

    private FacadeAnswer list(Shelf shelf, Selectors selectors) {
        ObjectNode list = JSON.createObjectNode().put("kind", "SecretList").put("apiVersion", "v1");
        list.putObject(METADATA).put("resourceVersion", "1");
        List<ObjectNode> items = new ArrayList<>();
        for (Shelf.Item each : shelf.list(key.namespace(), KIND)) {
            ObjectNode secret = shown(each);
            if (selectors.matches(secret)) {
                items.add(secret);
            }
        }
        items.forEach(list.putArray("items")::add);
        return KubeStatus.answer(200, list);
    }

    private static ObjectNode shown(Shelf.Item item) {
        return (ObjectNode) JSON.readTree(item.text());
    }

    private FacadeAnswer create(Shelf shelf, ObjectNode secret) {
        String made = secret.path(METADATA).path("name").asString("");
        try {
            return shelf.change(key.namespace(), desk -> {
                if (desk.find(KIND, made) != null) {
                    return KubeStatus.ofSecret(409, "AlreadyExists", made, "already exists")
                            .answer();
                }
                Shelf.Item ignored = desk.put(KIND, made, secret.toString());
                return KubeStatus.answer(201, secret);
            });
        } catch (Shelf.FullException full) {
            return KubeStatus.ofSecret(403, "Forbidden", made, "is forbidden: exceeded quota: " + full.getMessage())
                    .answer();
        }
    }

    /** What is wanted, from what is there. */
    @FunctionalInterface
    private interface Wanted {
        JsonNode of(ObjectNode there) throws Wrong;
    }

    private FacadeAnswer change(Shelf shelf, Wanted wanted, Instant now) {
        try {
            return shelf.change(key.namespace(), desk -> {
                Shelf.Item item = desk.find(KIND, name);
                if (item == null) {
                    return absent().answer();
                }
                try {
                    ObjectNode there = shown(item);
                    ObjectNode changed = changed(there, wanted.of(there.deepCopy()), now);
                    if (!changed.equals(there)) {
                        Shelf.Item ignored = desk.put(KIND, name, changed.toString());
                    }
                    return KubeStatus.answer(200, changed);
                } catch (Wrong wrong) {
                    return wrong.status().answer();
                }
            });
        } catch (Shelf.FullException full) {
            return KubeStatus.ofSecret(403, "Forbidden", name, "is forbidden: exceeded quota: " + full.getMessage())
                    .answer();
        }
    }

    /** The same Secret as {@code said}; what is there where that says nothing else. */
    private ObjectNode changed(ObjectNode there, JsonNode said, Instant now) throws Wrong {
        JsonNode was = there.path(METADATA);
        JsonNode wants = said.path(METADATA);
        for (String each : List.of("name", "uid", VERSION)) {
            String wanted = wants.path(each).asString("");
            if (!wanted.isEmpty() && !wanted.equals(was.path(each).asString(""))) {
                throw new Wrong(KubeStatus.ofSecret(
                        409,
                        "Conflict",
                        name,
                        "has another " + each + " by now: " + was.path(each).asString("")));
            }
        }
        ObjectNode changed = read(said, now);
        ObjectNode about = (ObjectNode) changed.path(METADATA);
        for (String each : List.of("name", "uid", VERSION, "creationTimestamp")) {
            about.set(each, was.path(each));
        }
        if (changed.equals(there)) {
            return there;
        }
        boolean values = !changed.path(VALUES).equals(there.path(VALUES));
        if (there.path(IMMUTABLE).asBoolean(false)
                && (values || !changed.path(IMMUTABLE).asBoolean(false))) {
            throw new Wrong(KubeStatus.invalidSecret(
                    name, List.of(KubeStatus.Cause.forbidden(VALUES, "field is immutable when `immutable` is set"))));
        }
        long before = was.path(VERSION).asLong(0);
        about.put(VERSION, Long.toString(Math.max(before + 1, now.toEpochMilli())));
        return changed;
    }

    private FacadeAnswer delete(Shelf shelf, String uid) {
        return shelf.change(key.namespace(), desk -> {
            Shelf.Item item = desk.find(KIND, name);
            if (item == null) {
                return absent().answer();
            }
            String its = shown(item).path(METADATA).path("uid").asString("");
            if (!uid.isEmpty() && !uid.equals(its)) {
                return KubeStatus.ofSecret(409, "Conflict", name, "has another UID than the precondition: " + its)
                        .answer();
            }
            desk.remove(KIND, name);
            ObjectNode done = JSON.createObjectNode().put("kind", "Status").put("apiVersion", "v1");
            done.putObject(METADATA);
            done.put("status", "Success")
                    .putObject("details")
                    .put("name", name)
                    .put("kind", "secrets")
                    .put("uid", its);
            return KubeStatus.answer(200, done);
        });
    }

    private String preconditions() throws Wrong {
        return request.body().length == 0
                ? ""
                : json().path("preconditions").path("uid").asString("");
    }

    private JsonNode json() throws Wrong {
        byte[] body = request.body();
        if (body.length > 0 && body[0] == 'k') {
            throw new Wrong(KubeStatus.mediaType("application/vnd.kubernetes.protobuf is not read here, only"
                    + " application/json: kubectl create secret … --dry-run=client -o yaml | kubectl apply -f -"));
        }
        try {
            JsonNode said = JSON.readTree(body);
            if (said != null && said.isObject()) {
                return said;
            }
        } catch (JacksonException notJson) {
            throw Wrong.request("the object provided is unrecognized: the body must be one JSON object");
        }
        throw Wrong.request("the object provided is unrecognized: the body must be one JSON object");
    }

    /** As it is kept and shown. */
    private ObjectNode read(JsonNode said, Instant now) throws Wrong {
        if (!said.path("apiVersion").asString("").equals("v1")
                || !said.path("kind").asString("").equals("Secret")) {
            throw Wrong.request("apiVersion and kind must be v1 and Secret");
        }
        Fields fields = new Fields(Fields.NOT_DONE);
        fields.only(said, "", Set.of("apiVersion", "kind", METADATA, VALUES, "stringData", "type", IMMUTABLE));
        JsonNode metadata = fields.object(said, "", METADATA);
        fields.only(
                metadata,
                METADATA,
                Set.of(
                        "name",
                        "namespace",
                        "labels",
                        "annotations",
                        "creationTimestamp",
                        "managedFields",
                        "uid",
                        VERSION));
        String made = fields.text(metadata, METADATA, "name");
        String namespace = fields.text(metadata, METADATA, "namespace");
        if (!namespace.isEmpty() && !namespace.equals(key.namespace())) {
            throw Wrong.request(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        if (!NAME.matcher(made).matches()) {
            fields.wrong(KubeStatus.Cause.value(
                    "metadata.name", made, "must be lower case letters, digits, '-' and '.', at most 253"));
        }
        ObjectNode secret = JSON.createObjectNode().put("kind", "Secret").put("apiVersion", "v1");
        ObjectNode about = secret.putObject(METADATA)
                .put("name", made)
                .put("namespace", key.namespace())
                .put("uid", UUID.randomUUID().toString())
                .put(VERSION, Long.toString(now.toEpochMilli()))
                .put("creationTimestamp", ServiceView.time(now));
        kept(fields.strings(metadata, METADATA, "labels"), about, "labels");
        kept(fields.strings(metadata, METADATA, "annotations"), about, "annotations");
        values(said, fields, secret.putObject(VALUES));
        String type = fields.text(said, "", "type");
        secret.put("type", type.isEmpty() ? "Opaque" : type);
        if (said.path(IMMUTABLE).asBoolean(false)) {
            secret.put(IMMUTABLE, true);
        }
        if (!fields.causes().isEmpty()) {
            throw new Wrong(KubeStatus.invalidSecret(made, fields.causes()));
        }
        return secret;
    }

    private static void kept(Map<String, String> said, ObjectNode about, String name) {
        if (!said.isEmpty()) {
            ObjectNode all = about.putObject(name);
            said.forEach(all::put);
        }
    }

    private static void values(JsonNode said, Fields fields, ObjectNode values) {
        Map<String, byte[]> all = new TreeMap<>();
        fields.strings(said, "", VALUES).forEach((name, value) -> {
            try {
                all.put(name, Base64.getDecoder().decode(value));
            } catch (IllegalArgumentException notBase64) {
                // the value itself is told to nobody
                fields.wrong(new KubeStatus.Cause(
                        "FieldValueInvalid", "Invalid value: must be base64", VALUES + '[' + Said.value(name) + ']'));
            }
        });
        fields.strings(said, "", "stringData").forEach((name, value) -> all.put(name, value.getBytes(UTF_8)));
        long bytes = 0;
        for (Map.Entry<String, byte[]> each : all.entrySet()) {
            bytes += each.getValue().length;
            if (!VALUE_NAME.matcher(each.getKey()).matches()) {
                fields.wrong(KubeStatus.Cause.value(
                        VALUES, each.getKey(), "names are letters, digits, '-', '_' and '.', at most 253"));
            }
            values.put(each.getKey(), Base64.getEncoder().encodeToString(each.getValue()));
        }
        if (bytes > BYTES_MAX) {
            fields.wrong(new KubeStatus.Cause(
                    "FieldValueTooLong", "Too long: must have at most " + BYTES_MAX + " bytes", VALUES));
        }
    }

    /** A value of a namespace's Secret; null where there is none. */
    static @Nullable String value(Shelf shelf, String namespace, String secret, String name) {
        Shelf.Item item = shelf.find(namespace, KIND, secret);
        JsonNode value = item == null ? null : shown(item).path(VALUES).path(name);
        return value == null || !value.isString()
                ? null
                : new String(Base64.getDecoder().decode(value.asString()), UTF_8);
    }
}
