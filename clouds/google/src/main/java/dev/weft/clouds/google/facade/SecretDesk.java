// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Shelf;
import dev.weft.api.facade.Wish;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of Secret Manager, version 1, that clients of Cloud Functions need: secrets are made, given versions, read and removed, all in
 * the key's namespace. Source: the API's discovery document.
 *
 * @param names secret and version of the path, as far as it has them
 */
record SecretDesk(Key key, String action, List<String> names, Map<String, String> query, Instant now) {
    /** What begins the names of its operations. */
    static final String API = "secretmanager.";

    /** Entries of a page where the client names no number, and at most. */
    private static final int PAGE = 25;

    private static final int PAGE_MAX = 25_000;
    private static final int LABELS_MAX = 64;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,255}");
    private static final Pattern NAMED = Pattern.compile(" *name:([A-Za-z0-9_-]{1,255}) *");
    private static final Pattern ENABLED = Pattern.compile(" *state[:=]ENABLED *");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** What such an operation wants. */
    static Wish wish(Operations.Asked asked, Map<String, String> query, FacadeRequest request, Key key, Instant now) {
        List<String> names = asked.names().subList(1, asked.names().size());
        SecretDesk desk = new SecretDesk(key, asked.action(), names, query, now);
        try {
            return desk.wish(request);
        } catch (Wrong wrong) {
            return new Wish.Refused(
                    asked.action(),
                    key.id(),
                    true,
                    wrong.error().message(),
                    wrong.error().answer());
        }
    }

    private Wish wish(FacadeRequest request) throws Wrong {
        JsonNode body = GoogleFacade.body(request);
        if (body == null) {
            throw Wrong.invalid("Invalid JSON payload received: the body must be a JSON object");
        }
        Work work =
                switch (action) {
                    case "secretmanager.ListSecrets" -> list();
                    case "secretmanager.CreateSecret" -> create(body);
                    case "secretmanager.GetSecret" -> shelf -> found(shelf).document(key.namespace());
                    case "secretmanager.DeleteSecret" -> delete();
                    case "secretmanager.AddSecretVersion" -> add(body);
                    case "secretmanager.ListSecretVersions" -> versions();
                    case "secretmanager.GetSecretVersion" ->
                        shelf -> {
                            Secret secret = found(shelf);
                            return secret.version(key.namespace(), number(secret), "ENABLED");
                        };
                    case "secretmanager.AccessSecretVersion" -> this::accessed;
                    case "secretmanager.DestroySecretVersion" -> destroy();
                    default -> throw new Wrong(GoogleError.notDone(action));
                };
        return new Wish.Control(key, action, String.join("/", names), functions -> answer(work, functions));
    }

    /** What is done with what is kept. */
    @FunctionalInterface
    private interface Work {
        ObjectNode on(Shelf shelf) throws Wrong;
    }

    private static FacadeAnswer answer(Work work, Functions functions) {
        try {
            return GoogleDocuments.answer(work.on(functions.shelf()));
        } catch (Wrong wrong) {
            return wrong.error().answer();
        } catch (Shelf.FullException full) {
            return full(String.valueOf(full.getMessage())).error().answer();
        }
    }

    private static Wrong full(String why) {
        return new Wrong(new GoogleError(429, "RESOURCE_EXHAUSTED", why));
    }

    /** What a change says, or why it was not made. */
    private sealed interface Done {
        record Document(ObjectNode document) implements Done {}

        record Not(Wrong why) implements Done {}
    }

    private ObjectNode changed(Shelf shelf, Shelf.Change<Done> change) throws Wrong {
        return switch (shelf.change(key.namespace(), change)) {
            case Done.Document(ObjectNode document) -> document;
            case Done.Not(Wrong why) -> throw why;
        };
    }

    private Secret found(Shelf shelf) throws Wrong {
        Secret secret = Secret.of(shelf.find(key.namespace(), Secret.KIND, names.getFirst()));
        if (secret == null) {
            throw absent();
        }
        return secret;
    }

    private Wrong absent() {
        return new Wrong(new GoogleError(
                404,
                "NOT_FOUND",
                "Secret [projects/" + key.namespace() + "/secrets/" + names.getFirst() + "] not found."));
    }

    private String number(Secret secret) throws Wrong {
        String number = secret.number(names.get(1));
        if (number == null) {
            throw new Wrong(new GoogleError(
                    404,
                    "NOT_FOUND",
                    "Secret Version [projects/" + key.namespace() + "/secrets/" + secret.id() + "/versions/"
                            + names.get(1) + "] not found, or destroyed."));
        }
        return number;
    }

    private Work list() throws Wrong {
        String filter = query.getOrDefault("filter", "");
        Matcher named = NAMED.matcher(filter);
        if (!filter.isEmpty() && !named.matches()) {
            throw new Wrong(GoogleError.notDone("ListSecrets with another filter than name:PART"));
        }
        String part = filter.isEmpty() ? "" : named.group(1);
        int size = size();
        String after = query.getOrDefault("pageToken", "");
        return shelf -> page(
                "secrets",
                size,
                shelf.list(key.namespace(), Secret.KIND).stream()
                        .map(Secret::read)
                        .filter(each -> each.id().contains(part))
                        .map(each -> each.document(key.namespace()))
                        .filter(each -> id(each).compareTo(after) > 0)
                        .toList());
    }

    private Work versions() throws Wrong {
        String filter = query.getOrDefault("filter", "");
        if (!filter.isEmpty() && !ENABLED.matcher(filter).matches()) {
            throw new Wrong(GoogleError.notDone("ListSecretVersions with another filter than state:ENABLED"));
        }
        int size = size();
        String before = query.getOrDefault("pageToken", "");
        if (!before.matches("[0-9]{0,9}")) {
            throw Wrong.invalid("pageToken is none that ListSecretVersions gave");
        }
        return shelf -> {
            Secret secret = found(shelf);
            return page(
                    "versions",
                    size,
                    secret.numbers().reversed().stream()
                            .filter(each -> before.isEmpty() || Integer.parseInt(each) < Integer.parseInt(before))
                            .map(each -> secret.version(key.namespace(), each, "ENABLED"))
                            .toList());
        };
    }

    private int size() throws Wrong {
        String size = query.getOrDefault("pageSize", "");
        if (!size.matches("[0-9]{0,9}")) {
            throw Wrong.invalid("pageSize must be a number, at most " + PAGE_MAX);
        }
        int said = size.isEmpty() ? 0 : Integer.parseInt(size);
        return said == 0 ? PAGE : Math.min(said, PAGE_MAX);
    }

    private static String id(JsonNode document) {
        String name = document.path("name").asString("");
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** Where there are more, the last name is what the next page begins behind. */
    private static ObjectNode page(String field, int size, List<ObjectNode> all) {
        ObjectNode page = JSON.createObjectNode();
        ArrayNode shown = page.putArray(field);
        all.stream().limit(size).forEach(shown::add);
        if (all.size() > size) {
            page.put("nextPageToken", id(all.get(size - 1)));
        }
        return page.put("totalSize", all.size());
    }

    private Work create(JsonNode body) throws Wrong {
        String id = query.getOrDefault("secretId", "");
        if (!ID.matcher(id).matches()) {
            throw Wrong.invalid("secretId must be letters, digits, '-' and '_', at most 255, got '" + id + "'");
        }
        only(body, "replication", "labels", "name", "etag", "createTime");
        if (!body.path("replication").isObject() || body.path("replication").isEmpty()) {
            throw Wrong.invalid("secret.replication must say automatic or userManaged");
        }
        boolean strings = body.path("labels").valueStream().allMatch(JsonNode::isString);
        if (body.has("labels")
                && (!body.path("labels").isObject()
                        || !strings
                        || body.path("labels").size() > LABELS_MAX)) {
            throw Wrong.invalid("secret.labels must be an object of at most " + LABELS_MAX + " strings");
        }
        return shelf -> changed(shelf, desk -> {
            if (desk.find(Secret.KIND, id) != null) {
                return new Done.Not(new Wrong(new GoogleError(
                        409,
                        "ALREADY_EXISTS",
                        "Secret [projects/" + key.namespace() + "/secrets/" + id + "] already exists.")));
            }
            if (desk.list(Secret.KIND).size() >= Secret.SECRETS_MAX) {
                return new Done.Not(full("there are " + Secret.SECRETS_MAX + " secrets already; delete one first"));
            }
            JsonNode labels = body.has("labels") ? body.path("labels") : JSON.createObjectNode();
            Secret made = Secret.of(id, body.path("replication"), labels, now);
            made.put(desk);
            return new Done.Document(made.document(key.namespace()));
        });
    }

    private static void only(JsonNode body, String... known) throws Wrong {
        for (Map.Entry<String, JsonNode> each : body.properties()) {
            JsonNode value = each.getValue();
            boolean empty = value.isNull() || (value.isContainer() && value.isEmpty());
            if (!List.of(known).contains(each.getKey()) && !empty) {
                throw new Wrong(GoogleError.notDone("secret." + each.getKey()));
            }
        }
    }

    private Work delete() {
        return shelf -> {
            Secret ignored = found(shelf);
            return changed(shelf, desk -> {
                desk.remove(Secret.KIND, names.getFirst());
                return new Done.Document(JSON.createObjectNode());
            });
        };
    }

    private Work add(JsonNode body) throws Wrong {
        JsonNode payload = body.path("payload");
        byte[] value = decoded(payload.path("data").asString(""));
        if (value == null || value.length == 0 || value.length > Secret.VALUE_BYTES_MAX) {
            throw Wrong.invalid("payload.data must be base64 of 1 to " + Secret.VALUE_BYTES_MAX + " bytes");
        }
        if (payload.has("dataCrc32c") && payload.path("dataCrc32c").asLong(-1) != Secret.sum(value)) {
            throw Wrong.invalid("payload.dataCrc32c is not that of payload.data");
        }
        return one((secret, desk) -> {
            if (secret.size() >= Secret.VERSIONS_MAX) {
                return new Done.Not(
                        full("the secret has " + Secret.VERSIONS_MAX + " versions already; destroy one first"));
            }
            String number = secret.add(value, now);
            secret.put(desk);
            return new Done.Document(secret.version(key.namespace(), number, "ENABLED"));
        });
    }

    private static byte @Nullable [] decoded(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private interface Change {
        Done on(Secret secret, Shelf.Desk desk);
    }

    private Work one(Change change) {
        return shelf -> changed(shelf, desk -> {
            Secret secret = Secret.of(desk.find(Secret.KIND, names.getFirst()));
            return secret == null ? new Done.Not(absent()) : change.on(secret, desk);
        });
    }

    private ObjectNode accessed(Shelf shelf) throws Wrong {
        Secret secret = found(shelf);
        String number = number(secret);
        byte[] value = secret.value(number);
        ObjectNode answer = JSON.createObjectNode()
                .put(
                        "name",
                        secret.version(key.namespace(), number, "").path("name").asString(""));
        answer.putObject("payload")
                .put("data", Base64.getEncoder().encodeToString(value))
                .put("dataCrc32c", Long.toString(Secret.sum(value)));
        return answer;
    }

    /** Of what is gone nothing is known any more, not even that it was there. */
    private Work destroy() {
        return one((secret, desk) -> {
            try {
                String number = number(secret);
                ObjectNode gone = secret.version(key.namespace(), number, "DESTROYED");
                secret.destroy(number);
                secret.put(desk);
                return new Done.Document(gone);
            } catch (Wrong absent) {
                return new Done.Not(absent);
            }
        });
    }
}
