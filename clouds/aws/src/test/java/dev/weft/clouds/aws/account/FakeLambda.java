// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What moto does not play: states that pass ({@code Pending}, {@code InProgress}), {@code RevisionId} compared before a change,
 * and answers as Lambda's service model words them. In memory, one function; notes every request.
 */
final class FakeLambda implements Transport {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern FUNCTION =
            Pattern.compile("/20[0-9-]{8}/functions/([^/?]+)(/[^?]*)?(?:\\?Qualifier=(.*))?");

    private static final Set<String> COPIED =
            Set.of("Runtime", "Role", "Handler", "MemorySize", "Timeout", "PackageType", "Architectures", "KMSKeyArn");

    /** Everything that was asked, in order. */
    final List<RestRequest> sent = new ArrayList<>();

    /** Looks after which a change is ready. */
    int looksUntilReady;

    /** What a change ends in. */
    String ends = "Successful";

    /** Hears of each request before it is answered: the place for somebody who is faster. */
    Consumer<RestRequest> before = request -> {};

    /** Looks at versions and the alias that were answered while they were not ready. */
    int unreadyServed;

    private @Nullable ObjectNode latest;
    private final Map<String, ObjectNode> versions = new TreeMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Map<String, String> tags = new TreeMap<>();
    private final java.util.IdentityHashMap<ObjectNode, Integer> pending = new java.util.IdentityHashMap<>();
    private @Nullable Integer reserved;
    private int revisions;

    /** Requests of these operations, in order. */
    List<String> tried() {
        return sent.stream().map(RestRequest::tried).toList();
    }

    String aliased() {
        return aliases.getOrDefault(Snapshot.ALIAS, "");
    }

    Map<String, String> tags() {
        return tags;
    }

    /** Somebody else's change. */
    void touched() {
        if (latest != null) {
            latest.put("RevisionId", "revision-" + ++revisions);
        }
    }

    @Override
    public synchronized RestResponse send(RestRequest request) {
        sent.add(request);
        before.accept(request);
        String query = request.uri().getRawQuery();
        String path = request.uri().getRawPath() + (query == null ? "" : '?' + query);
        JsonNode body = request.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(request.body());
        if (path.startsWith("/2017-03-31/tags/")) {
            return tags(request.method(), query, body);
        }
        if (path.equals("/2015-03-31/functions")) {
            return create(body);
        }
        Matcher function = FUNCTION.matcher(path);
        if (!function.matches()) {
            return no(400, "InvalidRequestContentException", "no such operation: " + path);
        }
        ObjectNode there = latest;
        if (there == null) {
            return no(404, "ResourceNotFoundException", "Function not found");
        }
        String rest = function.group(2) == null ? "" : function.group(2);
        return request.method().equals("GET")
                ? read(there, rest, function.group(3))
                : change(there, request.method() + rest, body);
    }

    private RestResponse create(JsonNode body) {
        if (latest != null) {
            return no(409, "ResourceConflictException", "Function already exist: x");
        }
        ObjectNode made = JSON.createObjectNode();
        String name = body.path("FunctionName").asString();
        made.put("FunctionName", name);
        made.put("FunctionArn", "arn:aws:lambda:eu-west-1:123456789012:function:" + name);
        made.put("Version", "$LATEST").put("LastModified", "2026-11-29T12:00:00.000+0000");
        copy(body, made);
        code(body.path("Code"), made);
        body.path("Tags")
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asString()));
        latest = made;
        working(made, "State", "Pending");
        return json(201, made);
    }

    private RestResponse read(ObjectNode there, String rest, @Nullable String qualifier) {
        if (rest.isEmpty()) {
            ObjectNode whole = JSON.createObjectNode();
            whole.set("Configuration", looked(there));
            whole.set("Tags", JSON.valueToTree(tags));
            if (reserved != null) {
                whole.putObject("Concurrency").put("ReservedConcurrentExecutions", reserved);
            }
            return json(200, whole);
        }
        if (rest.equals("/versions")) {
            ObjectNode page = JSON.createObjectNode();
            page.putArray("Versions").add(there).addAll(versions.values());
            return json(200, page);
        }
        if (qualifier == null || qualifier.equals("%24LATEST")) {
            return json(200, looked(there));
        }
        ObjectNode version = versions.get(aliases.getOrDefault(qualifier, qualifier));
        return version == null
                ? no(404, "ResourceNotFoundException", "Function not found: " + qualifier)
                : json(200, looked(version));
    }

    private RestResponse change(ObjectNode there, String what, JsonNode body) {
        if (pending.containsKey(there) && !what.equals("DELETE")) {
            return no(
                    409,
                    "ResourceConflictException",
                    "The operation cannot be performed at this time. An update is in progress for resource: x");
        }
        String revision = body.path("RevisionId").asString("");
        if (!revision.isEmpty() && !revision.equals(there.path("RevisionId").asString(""))) {
            return no(
                    412,
                    "PreconditionFailedException",
                    "The RevisionId provided does not match the latest RevisionId. Call the GetFunction API to retrieve"
                            + " the latest RevisionId");
        }
        return switch (what) {
            case "DELETE" -> {
                latest = null;
                yield json(204, null);
            }
            case "PUT/code" -> {
                code(body, there);
                copy(body, there);
                working(there, "LastUpdateStatus", "InProgress");
                yield json(200, there);
            }
            case "PUT/configuration" -> {
                copy(body, there);
                working(there, "LastUpdateStatus", "InProgress");
                yield json(200, there);
            }
            case "POST/versions" -> published(there, body);
            case "POST/aliases" -> aliased(body.path("Name").asString(), body, 201);
            case "PUT/aliases/weft" -> aliased("weft", body, 200);
            case "PUT/concurrency" -> {
                reserved = body.path("ReservedConcurrentExecutions").asInt();
                yield json(200, (ObjectNode) body);
            }
            default -> no(400, "InvalidRequestContentException", "no such operation: " + what);
        };
    }

    private RestResponse published(ObjectNode there, JsonNode body) {
        String number = Integer.toString(versions.size() + 1);
        ObjectNode version = there.deepCopy();
        version.put("Version", number)
                .put("Description", body.path("Description").asString(""));
        versions.put(number, version);
        working(version, "State", "Pending");
        return json(201, version);
    }

    private RestResponse aliased(String name, JsonNode body, int status) {
        String version = body.path("FunctionVersion").asString();
        if (pending.containsKey(versions.get(version))) {
            unreadyServed++;
        }
        aliases.put(name, version);
        return json(status, JSON.createObjectNode().put("Name", name).put("FunctionVersion", version));
    }

    private RestResponse tags(String method, @Nullable String query, JsonNode body) {
        if (method.equals("DELETE") && query != null) {
            for (String each : query.split("&", -1)) {
                tags.remove(java.net.URLDecoder.decode(each.substring(each.indexOf('=') + 1), StandardCharsets.UTF_8));
            }
        }
        body.path("Tags")
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asString()));
        return json(204, null);
    }

    /** A change that takes some looks; its end counts as a change of the function too, as it does on Lambda. */
    private void working(ObjectNode what, String field, String value) {
        what.put("RevisionId", "revision-" + ++revisions);
        what.put("State", "Active").put("LastUpdateStatus", "Successful");
        what.put(field, value);
        pending.put(what, looksUntilReady);
        settle(what);
    }

    private void settle(ObjectNode what) {
        if (pending.getOrDefault(what, 1) == 0) {
            pending.remove(what);
            boolean well = ends.equals("Successful");
            what.put("State", well || what.path("State").asString().equals("Active") ? "Active" : "Failed");
            what.put("LastUpdateStatus", ends);
            what.put("LastUpdateStatusReason", "the image is gone").put("StateReason", "the image is gone");
            what.put("RevisionId", "revision-" + ++revisions);
        }
    }

    /** What this look shows; the next one may show more. */
    private ObjectNode looked(ObjectNode what) {
        pending.computeIfPresent(what, (each, left) -> left - 1);
        settle(what);
        return what.deepCopy();
    }

    private static void copy(JsonNode body, ObjectNode to) {
        body.properties().forEach(each -> {
            if (COPIED.contains(each.getKey())) {
                to.set(each.getKey(), each.getValue());
            } else if (each.getKey().equals("Environment")) {
                to.set("Environment", each.getValue());
            }
        });
    }

    private static void code(JsonNode code, ObjectNode to) {
        if (code.has("ZipFile")) {
            byte[] zip =
                    java.util.Base64.getDecoder().decode(code.path("ZipFile").asString());
            try {
                byte[] digest =
                        java.security.MessageDigest.getInstance("SHA-256").digest(zip);
                to.put("CodeSha256", java.util.Base64.getEncoder().encodeToString(digest));
            } catch (java.security.NoSuchAlgorithmException broken) {
                throw new IllegalStateException(broken);
            }
        } else if (code.has("ImageUri")) {
            String image = code.path("ImageUri").asString();
            to.put("CodeSha256", image.substring(image.lastIndexOf(':') + 1));
        }
    }

    private static RestResponse json(int status, @Nullable ObjectNode body) {
        return new RestResponse(status, Map.of(), body == null ? new byte[0] : JSON.writeValueAsBytes(body));
    }

    private static RestResponse no(int status, String type, String words) {
        byte[] body = JSON.writeValueAsBytes(Map.of("Type", "User", "Message", words));
        return new RestResponse(status, Map.of("x-amzn-errortype", type, "x-amzn-requestid", "r-1"), body);
    }
}
