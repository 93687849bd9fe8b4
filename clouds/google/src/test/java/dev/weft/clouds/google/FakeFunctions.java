// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.clouds.google.FakeGoogle.Answer;
import dev.weft.clouds.google.FakeGoogle.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Cloud Functions, version 2: what is started is done after two questions, and shows in the function's state meanwhile. */
final class FakeFunctions {
    private static final String LOCATION = "/v2/projects/" + FakeGoogle.PROJECT + "/locations/" + FakeGoogle.REGION;
    private static final String FUNCTIONS = LOCATION + "/functions";
    private static final int PAGE_SIZE = 2;
    private static final int QUESTIONS = 2;

    private final FakeGoogle google;
    final Map<String, ObjectNode> all = new TreeMap<>();
    final Map<String, List<ObjectNode>> revisions = new TreeMap<>();
    /** Revision that calls are sent to by hand; none where they go to the latest. */
    final Map<String, String> pinned = new TreeMap<>();

    final Map<String, byte[]> bucket = new LinkedHashMap<>();
    private final Map<String, Integer> moving = new TreeMap<>();
    private final Map<String, ObjectNode> operations = new TreeMap<>();
    private long ticks;

    /** The next build fails with these words; empty for none. */
    volatile String buildError = "";

    FakeFunctions(FakeGoogle google) {
        this.google = google;
    }

    @Nullable
    Answer answer(Request request) {
        String path = request.path();
        if (path.equals(FUNCTIONS)) {
            return request.method().equals("POST") ? create(request) : list(request);
        }
        if (path.equals(FUNCTIONS + ":generateUploadUrl") && request.method().equals("POST")) {
            return uploadUrl();
        }
        if (path.startsWith(LOCATION + "/operations/gcf-")) {
            return operation(path);
        }
        if (path.equals(LOCATION + "/runtimes")) {
            ObjectNode answer = FakeGoogle.JSON.createObjectNode();
            ArrayNode runtimes = answer.putArray("runtimes");
            for (String each : List.of("nodejs20", "python312")) {
                runtimes.addObject()
                        .put("name", each)
                        .put("environment", "GEN_2")
                        .put("stage", "GA");
            }
            return Answer.json(answer);
        }
        if (path.startsWith(FUNCTIONS + "/")) {
            return one(request, path.substring(FUNCTIONS.length() + 1));
        }
        return null;
    }

    private Answer one(Request request, String rest) {
        String id = rest.split(":", 2)[0];
        ObjectNode function = all.get(id);
        if (function == null) {
            return Answer.error(404, "NOT_FOUND", "Resource '" + FUNCTIONS.substring(4) + '/' + id + "' was not found");
        }
        if (rest.endsWith(":generateDownloadUrl")) {
            return Answer.json(FakeGoogle.JSON
                    .createObjectNode()
                    .put("downloadUrl", google.uri() + "/bucket/" + id + "/function-source.zip?X-Goog-Signature=s"));
        }
        return switch (request.method()) {
            case "GET" -> {
                step(id);
                ObjectNode now = all.get(id);
                yield now == null ? Answer.error(404, "NOT_FOUND", id + " was not found") : Answer.json(shown(id, now));
            }
            case "PATCH" -> patch(request, id, function);
            case "DELETE" -> {
                function.put("state", "DELETING");
                moving.put(id, QUESTIONS);
                yield started(id, "DELETE_FUNCTION");
            }
            default -> Answer.error(405, "INVALID_ARGUMENT", "no such method");
        };
    }

    private Answer list(Request request) {
        List<String> ids = new ArrayList<>(all.keySet());
        int from = Integer.parseInt(request.query().getOrDefault("pageToken", "0"));
        ObjectNode answer = FakeGoogle.JSON.createObjectNode();
        ids.stream().skip(from).limit(PAGE_SIZE).forEach(id -> answer.withArray("functions")
                .add(shown(id, all.get(id))));
        if (from + PAGE_SIZE < ids.size()) {
            answer.put("nextPageToken", Integer.toString(from + PAGE_SIZE));
        }
        return Answer.json(answer);
    }

    /** As Google spells what it was told: nothing that is zero, processors in thousandths, traffic by what Cloud Run has. */
    private ObjectNode shown(String id, @Nullable ObjectNode function) {
        ObjectNode copy = function == null ? FakeGoogle.JSON.createObjectNode() : function.deepCopy();
        if (copy.path("serviceConfig") instanceof ObjectNode service) {
            if (service.path("minInstanceCount").asInt(0) == 0) {
                service.remove("minInstanceCount");
            }
            if (service.path("availableCpu").asString("").startsWith("0.")) {
                service.put(
                        "availableCpu",
                        service.path("availableCpu").asString("").substring(2).replaceFirst("^0+", "") + "m");
            }
            if (pinned.containsKey(id)) {
                service.remove("allTrafficOnLatestRevision");
            } else {
                service.put("allTrafficOnLatestRevision", true);
            }
        }
        return copy;
    }

    private Answer create(Request request) {
        String id = request.query().getOrDefault("functionId", "");
        if (all.containsKey(id)) {
            return Answer.error(409, "ALREADY_EXISTS", "Resource '" + id + "' already exists");
        }
        if (!google.secrets.known(request.json())) {
            return Answer.error(400, "INVALID_ARGUMENT", "a secret version was not found");
        }
        if (!(request.json() instanceof ObjectNode function) || !source(id, function)) {
            return Answer.error(400, "INVALID_ARGUMENT", "the source was not uploaded");
        }
        function.put("name", FUNCTIONS.substring(4) + '/' + id).put("environment", "GEN_2");
        function.put("createTime", tick());
        all.put(id, function);
        ObjectNode service = object(function, "serviceConfig");
        String run = FUNCTIONS.substring(4).replace("/functions", "/services") + '/' + id;
        service.put("service", run).put("uri", google.uri() + "/call/" + id);
        if (!service.has("serviceAccountEmail")) {
            service.put("serviceAccountEmail", "123-compute@developer.gserviceaccount.com");
        }
        deploy(id, function);
        return started(id, "CREATE_FUNCTION");
    }

    private Answer patch(Request request, String id, ObjectNode function) {
        if (moving.containsKey(id)) {
            return Answer.error(409, "ABORTED", "unable to queue the operation");
        }
        JsonNode wanted = request.json();
        if (!google.secrets.known(wanted)) {
            return Answer.error(400, "INVALID_ARGUMENT", "a secret version was not found");
        }
        String mask = request.query().getOrDefault("updateMask", "");
        if (mask.isEmpty()) {
            return Answer.error(400, "INVALID_ARGUMENT", "updateMask is needed");
        }
        for (String path : mask.split(",", -1)) {
            String[] steps = camel(path).split("\\.", -1);
            ObjectNode to = function;
            JsonNode from = wanted;
            for (int i = 0; i < steps.length - 1; i++) {
                to = object(to, steps[i]);
                from = from.path(steps[i]);
            }
            JsonNode value = from.path(steps[steps.length - 1]);
            if (value.isMissingNode()) {
                to.remove(steps[steps.length - 1]);
            } else {
                to.set(steps[steps.length - 1], value);
            }
        }
        if (camel(mask).contains("buildConfig.source") && !source(id, function)) {
            return Answer.error(400, "INVALID_ARGUMENT", "the source was not uploaded");
        }
        if (camel(mask).contains("allTrafficOnLatestRevision")) {
            pinned.remove(id);
        }
        deploy(id, function);
        return started(id, "UPDATE_FUNCTION");
    }

    static String camel(String snake) {
        StringBuilder camel = new StringBuilder();
        for (int i = 0; i < snake.length(); i++) {
            char c = snake.charAt(i);
            camel.append(c == '_' ? Character.toUpperCase(snake.charAt(++i)) : c);
        }
        return camel.toString();
    }

    /** Copies what was uploaded to where Google keeps sources, as the function then says. */
    private boolean source(String id, ObjectNode function) {
        JsonNode place = function.path("buildConfig").path("source").path("storageSource");
        byte[] zip = bucket.get(place.path("object").asString(""));
        if (zip == null) {
            return false;
        }
        String kept = id + "/function-source.zip";
        bucket.put(kept, zip);
        ((ObjectNode) place).put("object", kept).put("bucket", "gcf-v2-sources-123-" + FakeGoogle.REGION);
        return true;
    }

    private void deploy(String id, ObjectNode function) {
        function.put("state", "DEPLOYING").put("updateTime", tick());
        moving.put(id, QUESTIONS);
        List<ObjectNode> known = revisions.computeIfAbsent(id, absent -> new ArrayList<>());
        String name = "%s-%05d-abc".formatted(id, known.size() + 1);
        ObjectNode revision = FakeGoogle.JSON.createObjectNode();
        revision.put("name", function.path("serviceConfig").path("service").asString("") + "/revisions/" + name);
        revision.put("createTime", function.path("updateTime").asString(""));
        revision.set("labels", function.path("labels").deepCopy());
        ObjectNode container = revision.putArray("containers").addObject();
        function.path("serviceConfig").path("secretEnvironmentVariables").forEach(each -> {
            ObjectNode env = container
                    .withArray("env")
                    .addObject()
                    .put("name", each.path("key").asString(""));
            env.putObject("valueSource")
                    .putObject("secretKeyRef")
                    .put("secret", each.path("secret").asString(""))
                    .put("version", each.path("version").asString(""));
        });
        known.add(revision);
        object(function, "serviceConfig").put("revision", name);
    }

    private Answer started(String id, String type) {
        String name = LOCATION.substring(4) + "/operations/gcf-" + (operations.size() + 1);
        ObjectNode operation = FakeGoogle.JSON.createObjectNode().put("name", name);
        ObjectNode metadata = operation.putObject("metadata");
        metadata.put("@type", "type.googleapis.com/google.cloud.functions.v2.OperationMetadata");
        metadata.put("target", FUNCTIONS.substring(4) + '/' + id)
                .put("operationType", type)
                .put("apiVersion", "v2");
        metadata.putArray("stages")
                .addObject()
                .put("name", "BUILD")
                .put("message", "m")
                .put("state", "IN_PROGRESS");
        operations.put("/v2/" + name, operation);
        return Answer.json(operation);
    }

    private Answer operation(String path) {
        ObjectNode operation = operations.get(path);
        if (operation == null) {
            return Answer.error(404, "NOT_FOUND", "no such operation");
        }
        String id = RunNames.last(operation.path("metadata").path("target").asString(""));
        step(id);
        if (!moving.containsKey(id) && !operation.has("done")) {
            operation.put("done", true);
            ((ObjectNode) operation.path("metadata").path("stages").path(0)).put("state", "COMPLETE");
            ObjectNode function = all.get(id);
            if (function != null && function.path("state").asString("").equals("FAILED")) {
                operation
                        .putObject("error")
                        .put("code", 3)
                        .put(
                                "message",
                                function.path("stateMessages")
                                        .path(0)
                                        .path("message")
                                        .asString(""));
            } else {
                operation.putObject("response").put("@type", "type.googleapis.com/google.cloud.functions.v2.Function");
            }
        }
        return Answer.json(operation);
    }

    /** One question nearer to the end of what is being done with {@code id}. */
    private void step(String id) {
        int left = moving.getOrDefault(id, 0) - 1;
        if (left > 0) {
            moving.put(id, left);
            return;
        }
        ObjectNode function = all.get(id);
        if (moving.remove(id) == null || function == null) {
            return;
        }
        if (function.path("state").asString("").equals("DELETING")) {
            all.remove(id);
            revisions.remove(id);
            pinned.remove(id);
        } else if (buildError.isEmpty()) {
            function.put("state", "ACTIVE");
            function.remove("stateMessages");
        } else {
            function.put("state", "FAILED");
            function.putArray("stateMessages")
                    .addObject()
                    .put("severity", "ERROR")
                    .put("message", buildError);
            buildError = "";
        }
    }

    private Answer uploadUrl() {
        String object = "upload-" + (bucket.size() + 1) + ".zip";
        ObjectNode answer = FakeGoogle.JSON.createObjectNode();
        answer.put(
                "uploadUrl", google.uri() + "/bucket/" + object + "?GoogleAccessId=a&Expires=9999999999&Signature=s");
        answer.putObject("storageSource")
                .put("bucket", "gcf-v2-uploads-123-" + FakeGoogle.REGION)
                .put("object", object);
        return Answer.json(answer);
    }

    /** A signed URL's object: a bearer beside the signature is refused, and so is another content type. */
    Answer bucket(Request request) {
        String object = request.path().substring("/bucket/".length());
        if (request.headers().containsKey("authorization")) {
            return xml(400, "InvalidArgument");
        }
        if (request.method().equals("PUT")) {
            if (!"application/zip".equals(request.headers().get("content-type"))) {
                return xml(403, "SignatureDoesNotMatch");
            }
            bucket.put(object, request.body());
            return new Answer(200, "text/html; charset=UTF-8", new byte[0]);
        }
        byte[] bytes = bucket.get(object);
        return bytes == null ? xml(404, "NoSuchKey") : new Answer(200, "application/zip", bytes);
    }

    private static Answer xml(int status, String code) {
        return new Answer(
                status,
                "application/xml",
                ("<?xml version='1.0' encoding='UTF-8'?><Error><Code>" + code + "</Code><Message>m</Message></Error>")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private String tick() {
        return Instant.parse("2026-11-29T10:00:00Z").plusSeconds(++ticks).toString();
    }

    static ObjectNode object(ObjectNode parent, String name) {
        return parent.path(name) instanceof ObjectNode there ? there : parent.putObject(name);
    }

    /** Short names. */
    static final class RunNames {
        private RunNames() {}

        static String last(String name) {
            return name.substring(name.lastIndexOf('/') + 1);
        }
    }
}
