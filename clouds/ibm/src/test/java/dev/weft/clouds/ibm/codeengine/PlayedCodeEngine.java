// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.clouds.ibm.RecordingServer;
import dev.weft.clouds.ibm.RecordingServer.Answer;
import dev.weft.clouds.ibm.RecordingServer.Asked;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Code Engine's API and IBM's identity service in memory: entity tags, merge patches, pages, a while of deploying, errors. */
final class PlayedCodeEngine implements AutoCloseable {
    static final String PROJECT = "4e49b3e0-27a8-48d2-a784-c7ee48bb863b";
    static final String KEY = "an-api-key-of-forty-and-four-characters-long";
    static final int PAGE_MAX = 5;

    /** A JWT, as IBM's client reads when it ends. */
    private static final String TOKEN = jwt("{\"typ\":\"JWT\",\"alg\":\"HS256\"}") + '.'
            + jwt("{\"iat\":%d,\"exp\":%d}"
                    .formatted(System.currentTimeMillis() / 1000, System.currentTimeMillis() / 1000 + 3600))
            + ".c2lnbmF0dXJl";

    private static final JsonMapper JSON = JsonMapper.shared();

    final RecordingServer server;
    final Map<String, ObjectNode> entities = new ConcurrentSkipListMap<>();
    final Set<String> failing = new HashSet<>();
    /** When secrets that are made now were made. */
    volatile String made = "2020-01-01T00:00:00Z";

    /** The code that new secrets are refused with, in words that hold a value; empty for none. */
    volatile String refused = "";

    final AtomicInteger tokens = new AtomicInteger();
    private final AtomicInteger tags = new AtomicInteger();

    PlayedCodeEngine() throws IOException {
        server = new RecordingServer(this::answer);
    }

    /** One that is there. */
    ObjectNode entity(String key) {
        return Objects.requireNonNull(entities.get(key));
    }

    /** Values in secrets, but for those that say whose they are. */
    List<String> secretValues() {
        List<String> values = new ArrayList<>();
        entities.forEach((key, entity) -> {
            if (key.startsWith("secrets/")) {
                entity.path("data").properties().forEach(each -> {
                    if (!each.getKey().startsWith("WEFT_")) {
                        values.add(each.getValue().asString());
                    }
                });
            }
        });
        return values;
    }

    private static String jwt(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private Answer answer(Asked asked) {
        if (asked.path().equals("/identity/token")) {
            tokens.incrementAndGet();
            boolean known = asked.body().contains("apikey=" + KEY)
                    && asked.body().contains("grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey");
            return known
                    ? Answer.of(
                            200,
                            "{\"access_token\":\"%s\",\"expires_in\":3600,\"expiration\":%d,\"token_type\":\"Bearer\"}"
                                    .formatted(TOKEN, System.currentTimeMillis() / 1000 + 3600))
                    : Answer.of(
                            400,
                            "{\"errorCode\":\"BXNIM0415E\",\"errorMessage\":\"Provided API key could not be found.\"}");
        }
        if (!("Bearer " + TOKEN).equals(asked.headers().get("authorization"))) {
            return error(401, "unauthorized", "Your token is not valid.");
        }
        if (!asked.query().contains("version=2")) {
            return error(400, "missing_version", "The version is missing.");
        }
        String root = "/v2/projects/" + PROJECT;
        if (!asked.path().startsWith(root)) {
            return error(404, "project_not_found", "The project does not exist.");
        }
        String[] path = asked.path().substring(root.length()).split("/", -1);
        if (path.length < 2) {
            return Answer.of(200, "{\"name\":\"shop\",\"status\":\"active\"}");
        }
        if (path.length == 2) {
            return asked.method().equals("POST") ? create(asked, path[1]) : list(asked, path[1]);
        }
        ObjectNode there = entities.get(path[1] + '/' + path[2]);
        if (there == null) {
            return error(404, "not_found", "It does not exist.");
        }
        return switch (asked.method()) {
            case "GET" -> {
                String body = there.toString();
                settle(there);
                yield Answer.of(200, body);
            }
            case "PATCH" -> patch(asked, there);
            case "DELETE" -> {
                entities.remove(path[1] + '/' + path[2]);
                yield Answer.of(202, "");
            }
            default -> error(405, "method_not_allowed", "");
        };
    }

    private void settle(ObjectNode entity) {
        if (entity.has("format")) {
            return; // a secret deploys nothing
        }
        boolean fails = failing.contains(entity.path("name").asString());
        for (JsonNode each : entity.path("run_env_variables")) {
            String secret = each.path("reference").asString("");
            fails |= secret.startsWith("weft-") && !entities.containsKey("secrets/" + secret);
        }
        entity.put("status", fails ? "failed" : "ready");
        entity.putObject("status_details").put("reason", fails ? "no_code_bundle" : "ready");
    }

    private Answer create(Asked asked, String kind) {
        ObjectNode body = (ObjectNode) JSON.readTree(asked.body());
        String key = kind + '/' + body.path("name").asString();
        if (entities.containsKey(key)) {
            return error(409, "entity_already_exists", "There is one of that name.");
        }
        if (kind.equals("secrets")) {
            if (refused.isEmpty()) {
                entities.put(key, body.put("created_at", made).put("entity_tag", "1"));
                return Answer.of(201, body.toString());
            }
            String value =
                    body.path("data").properties().iterator().next().getValue().asString();
            return error(400, refused, "'" + value + "' is refused");
        }
        body.put("project_id", PROJECT);
        body.put("endpoint", "https://" + body.path("name").asString() + ".1abc.eu-de.codeengine.appdomain.cloud");
        if (!body.has("managed_domain_mappings")) {
            body.put("managed_domain_mappings", "local_public");
        }
        if (!body.has("run_env_variables")) {
            body.putArray("run_env_variables");
        }
        body.putArray("computed_env_variables");
        entities.put(key, body);
        return Answer.of(201, changed(body));
    }

    private String changed(ObjectNode entity) {
        entity.put("entity_tag", "2385407" + tags.incrementAndGet());
        entity.put("status", "deploying");
        entity.putObject("status_details").put("reason", "deploying");
        return entity.toString();
    }

    private Answer patch(Asked asked, ObjectNode there) {
        if (!"application/merge-patch+json".equals(asked.headers().get("content-type"))) {
            return error(415, "unsupported_media_type", "");
        }
        String tag = asked.headers().get("if-match");
        if (tag == null
                || (!tag.equals("*") && !tag.equals(there.path("entity_tag").asString()))) {
            return error(412, "precondition_failed", "The entity tag is another one.");
        }
        JSON.readTree(asked.body()).properties().forEach(each -> {
            if (each.getValue().isNull()) {
                there.remove(each.getKey());
            } else {
                there.set(each.getKey(), each.getValue());
            }
        });
        return Answer.of(200, changed(there));
    }

    private Answer list(Asked asked, String kind) {
        int from = 0;
        for (String pair : asked.query().split("&", -1)) {
            if (pair.startsWith("start=")) {
                from = Integer.parseInt(URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8));
            }
        }
        List<ObjectNode> all = new ArrayList<>();
        entities.forEach((key, entity) -> {
            if (key.startsWith(kind + '/')) {
                all.add(entity);
            }
        });
        ObjectNode page = JSON.createObjectNode();
        ArrayNode listed = page.putArray(kind);
        all.stream().skip(from).limit(PAGE_MAX).forEach(listed::add);
        if (from + PAGE_MAX < all.size()) {
            page.putObject("next").put("start", Integer.toString(from + PAGE_MAX));
        }
        return Answer.of(200, page.toString());
    }

    private static Answer error(int status, String code, String message) {
        ObjectNode error = JSON.createObjectNode();
        JsonNode first = JSON.createObjectNode().put("code", code).put("message", message);
        error.putArray("errors").add(first);
        error.put("trace", "codeengine-api-7").put("status_code", status);
        return Answer.of(status, error.toString());
    }

    @Override
    public void close() {
        server.close();
    }
}
