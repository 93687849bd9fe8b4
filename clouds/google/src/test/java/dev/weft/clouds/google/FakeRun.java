// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.clouds.google.FakeGoogle.Answer;
import dev.weft.clouds.google.FakeGoogle.Request;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Cloud Run's services of functions: policies with etags, revisions, traffic. */
final class FakeRun {
    private static final Pattern SERVICE = Pattern.compile(
            "/v([12])/(projects/[^/]+/locations/[^/]+/services/([^/:]+))(:[A-Za-z]+|/revisions(?:/[^/]+)?)?");

    private final FakeFunctions functions;
    private final Map<String, ObjectNode> policies = new TreeMap<>();
    private int changes;

    /** Whether every page of revisions says that there is another one. */
    volatile boolean endless;

    FakeRun(FakeFunctions functions) {
        this.functions = functions;
    }

    /** Forgets all policies. */
    void forget() {
        policies.clear();
    }

    @Nullable
    Answer answer(Request request) {
        Matcher parts = SERVICE.matcher(request.path());
        if (request.path().startsWith("/v2/projects/") && request.path().contains("/operations/run-")) {
            return Answer.json(FakeGoogle.JSON
                    .createObjectNode()
                    .put("name", request.path().substring(4))
                    .put("done", true));
        }
        if (!parts.matches()) {
            return null;
        }
        String id = parts.group(3);
        ObjectNode function = functions.all.get(id);
        if (function == null) {
            policies.remove(id);
            return Answer.error(404, "NOT_FOUND", "Resource '" + id + "' of kind 'SERVICE' does not exist.");
        }
        String rest = parts.group(4) == null ? "" : parts.group(4);
        return switch (rest) {
            case ":getIamPolicy" -> Answer.json(policy(id));
            case ":setIamPolicy" -> set(id, request.json().path("policy"));
            case "" ->
                request.method().equals("PATCH") ? traffic(id, request) : Answer.json(service(parts.group(2), id));
            case "/revisions" -> {
                ObjectNode answer = FakeGoogle.JSON.createObjectNode();
                functions.revisions.getOrDefault(id, List.of()).forEach(answer.withArray("revisions")::add);
                if (endless) {
                    answer.put("nextPageToken", "more");
                }
                yield Answer.json(answer);
            }
            default -> revision(id, rest.substring("/revisions/".length()));
        };
    }

    private Answer revision(String id, String name) {
        return functions.revisions.getOrDefault(id, List.of()).stream()
                .filter(each -> each.path("name").asString("").endsWith('/' + name))
                .findFirst()
                .map(Answer::json)
                .orElseGet(() -> Answer.error(404, "NOT_FOUND", "no revision " + name));
    }

    private String etag() {
        return Base64.getEncoder().encodeToString(("etag-" + changes).getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode policy(String id) {
        ObjectNode policy = policies.computeIfAbsent(
                id, absent -> FakeGoogle.JSON.createObjectNode().put("version", 1));
        return policy.put("etag", etag());
    }

    private Answer set(String id, JsonNode policy) {
        if (policy.has("etag") && !policy.path("etag").asString("").equals(etag())) {
            return Answer.error(409, "ABORTED", "There were concurrent policy changes.");
        }
        changes++;
        policies.put(id, (ObjectNode) policy.deepCopy());
        return Answer.json(policy(id));
    }

    private ObjectNode service(String name, String id) {
        ObjectNode service = FakeGoogle.JSON.createObjectNode().put("name", name);
        String latest = java.util.Objects.requireNonNull(functions.revisions.get(id))
                .getLast()
                .path("name")
                .asString("");
        service.put("latestReadyRevision", latest).put("etag", '"' + etag() + '"');
        String pinned = functions.pinned.get(id);
        ObjectNode target = service.putArray("traffic").addObject().put("percent", 100);
        if (pinned == null) {
            target.put("type", "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST");
        } else {
            target.put("type", "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION").put("revision", pinned);
        }
        return service;
    }

    private Answer traffic(String id, Request request) {
        JsonNode body = request.json();
        if (body.has("etag") && !body.path("etag").asString("").equals('"' + etag() + '"')) {
            return Answer.error(409, "ABORTED", "Conflict for resource '" + id + "'");
        }
        if (!"traffic".equals(request.query().get("updateMask"))) {
            return Answer.error(400, "INVALID_ARGUMENT", "without a mask all of the service would be replaced");
        }
        changes++;
        String revision = body.path("traffic").path(0).path("revision").asString("");
        if (revision.isEmpty()) {
            functions.pinned.remove(id);
        } else {
            functions.pinned.put(id, revision);
        }
        return Answer.json(FakeGoogle.JSON
                .createObjectNode()
                .put(
                        "name",
                        "projects/" + FakeGoogle.PROJECT + "/locations/" + FakeGoogle.REGION + "/operations/run-"
                                + changes));
    }
}
