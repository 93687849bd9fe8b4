// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.clouds.google.FakeGoogle.Answer;
import dev.weft.clouds.google.FakeGoogle.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Secret Manager: secrets with labels, versions whose values never change, checksums, pages. */
final class FakeSecrets {
    static final String OLD = "2020-01-01T10:00:00Z";

    private static final Pattern PATH = Pattern.compile(
            "/v1/projects/" + FakeGoogle.PROJECT + "/secrets(?:/([^/:]+)(?:/versions(?:/([^/:]+))?)?)?(:[a-zA-Z]+)?");
    private static final int PAGE_SIZE = 2;

    final Map<String, ObjectNode> all = new TreeMap<>();
    final Map<String, List<ObjectNode>> versions = new TreeMap<>();

    /** When what is made now was made. */
    volatile String now = OLD;

    /** What is refused, by its method's name; empty for nothing. */
    volatile String denied = "";

    /** The values that can be read. */
    List<String> values() {
        List<String> values = new ArrayList<>();
        versions.values()
                .forEach(each -> each.forEach(version -> {
                    if (enabled(version)) {
                        values.add(text(version));
                    }
                }));
        return values;
    }

    private static String text(JsonNode version) {
        return new String(Base64.getDecoder().decode(version.path("data").asString("")), StandardCharsets.UTF_8);
    }

    private static boolean enabled(JsonNode version) {
        return version.path("state").asString("").equals("ENABLED");
    }

    /** Whether all that {@code function} refers to is there. */
    boolean known(JsonNode function) {
        for (JsonNode each : function.path("serviceConfig").path("secretEnvironmentVariables")) {
            ObjectNode version = version(
                    each.path("secret").asString(""), each.path("version").asString(""));
            if (version == null || !enabled(version)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable ObjectNode version(String id, String number) {
        List<ObjectNode> known = versions.getOrDefault(id, List.of());
        int index = number.equals("latest") ? known.size() - 1 : Integer.parseInt(number) - 1;
        return index < 0 || index >= known.size() ? null : known.get(index);
    }

    @Nullable
    Answer answer(Request request) {
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            return null;
        }
        String id = path.group(1);
        String number = path.group(2);
        String verb = path.group(3) == null ? "" : path.group(3).substring(1);
        String method = id == null && request.method().equals("GET") ? "list" : request.method();
        String what = verb.isEmpty() ? method : verb;
        if (what.equals(denied)) {
            return Answer.error(403, "PERMISSION_DENIED", "Permission 'secretmanager' denied on resource");
        }
        if (id == null) {
            return what.equals("POST") ? create(request) : list(request);
        }
        ObjectNode secret = all.get(id);
        if (secret == null) {
            return Answer.error(404, "NOT_FOUND", "Secret [projects/123/secrets/" + id + "] not found.");
        }
        if (number != null) {
            return version(id, number, what);
        }
        if (request.path().endsWith("/versions")) {
            return page(
                    request,
                    versions.getOrDefault(id, List.of()).stream()
                            .filter(FakeSecrets::enabled)
                            .map(ObjectNode.class::cast)
                            .toList(),
                    "versions");
        }
        return switch (what) {
            case "GET" -> Answer.json(secret);
            case "addVersion" -> add(id, request.json().path("payload"));
            case "DELETE" -> {
                all.remove(id);
                versions.remove(id);
                yield Answer.json(FakeGoogle.JSON.createObjectNode());
            }
            default -> Answer.error(405, "INVALID_ARGUMENT", "no such method");
        };
    }

    private Answer create(Request request) {
        String id = request.query().getOrDefault("secretId", "");
        if (all.containsKey(id)) {
            return Answer.error(409, "ALREADY_EXISTS", "Secret [projects/123/secrets/" + id + "] already exists.");
        }
        if (!id.matches("[A-Za-z0-9_-]{1,255}") || !request.json().has("replication")) {
            return Answer.error(400, "INVALID_ARGUMENT", "secretId or replication");
        }
        ObjectNode secret = (ObjectNode) request.json();
        secret.put("name", "projects/123/secrets/" + id).put("createTime", now).put("etag", "\"1\"");
        all.put(id, secret);
        versions.put(id, new ArrayList<>());
        return Answer.json(secret);
    }

    private Answer add(String id, JsonNode payload) {
        byte[] bytes = Base64.getDecoder().decode(payload.path("data").asString(""));
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        if (payload.has("dataCrc32c") && payload.path("dataCrc32c").asLong() != sum.getValue()) {
            return Answer.error(400, "INVALID_ARGUMENT", "checksum");
        }
        if (bytes.length == 0 || bytes.length > 64 << 10) {
            return Answer.error(400, "INVALID_ARGUMENT", "The payload has " + bytes.length + " bytes");
        }
        List<ObjectNode> known = java.util.Objects.requireNonNull(versions.get(id));
        ObjectNode version = FakeGoogle.JSON.createObjectNode();
        version.put("name", "projects/123/secrets/" + id + "/versions/" + (known.size() + 1))
                .put("createTime", now)
                .put("state", "ENABLED")
                .put("data", payload.path("data").asString(""));
        known.add(version);
        return Answer.json(shown(version));
    }

    private static ObjectNode shown(ObjectNode version) {
        ObjectNode shown = version.deepCopy();
        shown.remove("data");
        return shown;
    }

    private Answer version(String id, String number, String what) {
        ObjectNode version = version(id, number);
        if (version == null) {
            return Answer.error(404, "NOT_FOUND", "Secret Version [" + id + "] not found.");
        }
        if (what.equals("destroy")) {
            version.put("state", "DESTROYED").put("data", "");
            return Answer.json(shown(version));
        }
        if (!what.equals("access")) {
            return Answer.json(shown(version));
        }
        if (!enabled(version)) {
            return Answer.error(
                    400,
                    "FAILED_PRECONDITION",
                    "Secret Version [" + id + "] is in " + version.path("state").asString("") + " state.");
        }
        ObjectNode answer = FakeGoogle.JSON.createObjectNode();
        answer.put("name", version.path("name").asString(""));
        answer.putObject("payload").put("data", version.path("data").asString(""));
        return Answer.json(answer);
    }

    private Answer list(Request request) {
        String part = request.query().getOrDefault("filter", "").replaceFirst("^name:", "");
        return page(
                request,
                all.entrySet().stream()
                        .filter(each -> each.getKey().contains(part))
                        .map(Map.Entry::getValue)
                        .toList(),
                "secrets");
    }

    private static Answer page(Request request, List<ObjectNode> found, String what) {
        int from = Integer.parseInt(request.query().getOrDefault("pageToken", "0"));
        ObjectNode answer = FakeGoogle.JSON.createObjectNode();
        found.stream().skip(from).limit(PAGE_SIZE).forEach(each -> answer.withArray(what)
                .add(shown(each)));
        if (from + PAGE_SIZE < found.size()) {
            answer.put("nextPageToken", Integer.toString(from + PAGE_SIZE));
        }
        return Answer.json(answer);
    }
}
