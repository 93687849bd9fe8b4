// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The part of the Cloud Run API that functions of the second generation need: who may call one, and which revision calls
 * reach. Policies by its version 1, as gcloud, the rest by version 2. Services are named in full, as functions name theirs.
 */
final class RunApi {
    /** Revisions that are listed; Cloud Run keeps 1,000. */
    static final int REVISIONS_MAX = 100;

    /** Pages of all revisions: twice what Cloud Run keeps. */
    static final int REVISION_PAGES_MAX = 20;

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String INVOKER = "roles/run.invoker";
    private static final String EVERYBODY = "allUsers";

    private final GoogleProject project;
    private final RestClient client;

    RunApi(GoogleProject project, RestClient client) {
        this.project = project;
        this.client = client;
    }

    /** Whether everybody may call {@code service}. */
    boolean open(String service) {
        JsonNode policy = policy(service);
        return policy != null && open(policy);
    }

    private @Nullable JsonNode policy(String service) {
        RestResponse answer =
                client.find(RestRequest.of("GetIamPolicy", "GET", project.run("/v1/" + service + ":getIamPolicy")));
        return answer == null ? null : JSON.readTree(answer.text());
    }

    private static boolean open(JsonNode policy) {
        for (JsonNode binding : policy.path("bindings")) {
            if (unconditional(binding)) {
                for (JsonNode member : binding.path("members")) {
                    if (member.asString("").equals(EVERYBODY)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean unconditional(JsonNode binding) {
        return binding.path("role").asString("").equals(INVOKER) && !binding.has("condition");
    }

    /** Lets everybody call {@code service}, or nobody but who is named; the rest of its policy stays. Its etag is compared. */
    void open(String service, boolean open) {
        JsonNode read = policy(service);
        ObjectNode policy = read instanceof ObjectNode there ? there : JSON.createObjectNode();
        if (open(policy) == open) {
            return;
        }
        ArrayNode bindings = JSON.createArrayNode();
        boolean placed = !open;
        for (JsonNode binding : policy.path("bindings")) {
            ObjectNode kept = ((ObjectNode) binding).deepCopy();
            if (unconditional(binding)) {
                ArrayNode members = JSON.createArrayNode();
                for (JsonNode member : binding.path("members")) {
                    if (!member.asString("").equals(EVERYBODY)) {
                        members.add(member);
                    }
                }
                if (!placed) {
                    members.add(EVERYBODY);
                    placed = true;
                }
                kept.set("members", members);
            }
            if (!kept.path("members").isEmpty()) {
                bindings.add(kept);
            }
        }
        if (!placed) {
            bindings.addObject().put("role", INVOKER).putArray("members").add(EVERYBODY);
        }
        policy.set("bindings", bindings);
        ObjectNode body = JSON.createObjectNode();
        body.set("policy", policy);
        RestResponse ignored =
                client.send(RestRequest.of("SetIamPolicy", "POST", project.run("/v1/" + service + ":setIamPolicy"))
                        .json(body.toString()));
    }

    /** The service of a function; null where it is gone. */
    @Nullable
    JsonNode service(String service) {
        RestResponse answer = client.find(RestRequest.of("GetService", "GET", project.run("/v2/" + service)));
        return answer == null ? null : JSON.readTree(answer.text());
    }

    /** One revision, by its short name; null where it is gone. */
    @Nullable
    JsonNode revision(String service, String revision) {
        RestResponse answer = client.find(RestRequest.of(
                "GetRevision", "GET", project.run("/v2/" + service + "/revisions/" + GoogleProject.query(revision))));
        return answer == null ? null : JSON.readTree(answer.text());
    }

    /** The newest {@link #REVISIONS_MAX} revisions, newest first. */
    List<JsonNode> revisions(String service) {
        RestResponse answer = client.send(RestRequest.of(
                "ListRevisions", "GET", project.run("/v2/" + service + "/revisions?pageSize=" + REVISIONS_MAX)));
        List<JsonNode> revisions = new ArrayList<>();
        JSON.readTree(answer.text()).path("revisions").forEach(revisions::add);
        revisions.sort((one, other) -> other.path("createTime")
                .asString("")
                .compareTo(one.path("createTime").asString("")));
        return revisions;
    }

    /** All revisions that Cloud Run keeps; null where there are more than that. */
    @Nullable
    List<JsonNode> everyRevision(String service) {
        List<JsonNode> revisions = new ArrayList<>();
        String page = "";
        for (int pages = 0; pages < REVISION_PAGES_MAX; pages++) {
            String token = page.isEmpty() ? "" : "&pageToken=" + GoogleProject.query(page);
            JsonNode answer = JSON.readTree(client.send(RestRequest.of(
                            "ListRevisions",
                            "GET",
                            project.run("/v2/" + service + "/revisions?pageSize=" + REVISIONS_MAX + token)))
                    .text());
            answer.path("revisions").forEach(revisions::add);
            page = answer.path("nextPageToken").asString("");
            if (page.isEmpty()) {
                return revisions;
            }
        }
        return null;
    }

    /** Starts to send all calls to one revision; {@code service} is as it was read, and its etag is compared. */
    JsonNode point(JsonNode service, String revision) {
        String name = service.path("name").asString("");
        ObjectNode body = JSON.createObjectNode().put("name", name);
        ObjectNode target = body.putArray("traffic").addObject();
        if (last(service.path("latestReadyRevision").asString("")).equals(revision)) {
            target.put("type", "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST");
        } else {
            target.put("type", "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION").put("revision", revision);
        }
        target.put("percent", 100);
        body.put("etag", service.path("etag").asString(""));
        return JSON.readTree(
                client.send(RestRequest.of("UpdateService", "PATCH", project.run("/v2/" + name + "?updateMask=traffic"))
                                .json(body.toString()))
                        .text());
    }

    /** The revision that most calls reach; empty while there is none. */
    static String serving(JsonNode service) {
        JsonNode most = null;
        for (JsonNode target : service.path("traffic")) {
            if (most == null
                    || target.path("percent").asInt(0) > most.path("percent").asInt(0)) {
                most = target;
            }
        }
        String latest = last(service.path("latestReadyRevision").asString(""));
        return most == null ? latest : last(most.path("revision").asString(latest));
    }

    /** The state of an operation. */
    JsonNode operation(String name) {
        return JSON.readTree(client.send(RestRequest.of("GetOperation", "GET", project.run("/v2/" + name)))
                .text());
    }

    /** The short name at the end of a full one. */
    static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
