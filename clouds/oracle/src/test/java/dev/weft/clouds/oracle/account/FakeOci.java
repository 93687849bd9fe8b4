// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * OCI Functions in memory: bare arrays in pages, lists without configuration, etags that are compared, functions that become
 * active after a while, one answer for what is absent and what is forbidden. Every request's signature is verified.
 */
final class FakeOci extends FakeServer {
    private static final String VERSION = "/20181201";
    private static final List<String> NOT_IN_A_LIST = List.of("config");

    private final Map<String, ObjectNode> apps = new TreeMap<>();
    private final Map<String, ObjectNode> functions = new TreeMap<>();
    private final Map<String, Integer> readsUntilActive = new HashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final List<String> unsigned = new CopyOnWriteArrayList<>();
    private final SignatureCheck check = new SignatureCheck(OciUser.KEY.getPublic(), OciUser.KEY_ID);

    /** Its Logging service. */
    final FakeOciLogs logs = new FakeOciLogs();

    /** Things on a page at most. */
    int pageMax = 50;

    /** How many reads of a function after a change say that it is not active yet. */
    int slowness = 1;

    /** What becomes of a function in the end. */
    String end = "ACTIVE";

    @Override
    Answer answer(Asked request) {
        String target = request.path() + (request.rawQuery() == null ? "" : '?' + request.rawQuery());
        String wrong = check.wrong(request.method(), target, request.headers(), request.body());
        if (wrong != null) {
            unsigned.add(request.method() + ' ' + request.path() + ": " + wrong);
            throw new Refused(
                    401,
                    "NotAuthenticated",
                    "The required information to complete authentication was not" + " provided or was incorrect.");
        }
        if (request.path().startsWith("/20200531/")) {
            return logs.management(request);
        }
        if (request.path().equals("/20190909/search")) {
            return logs.search(request);
        }
        String[] parts = request.path().substring(VERSION.length() + 1).split("/", -1);
        boolean application = parts[0].equals("applications");
        if (parts.length == 1) {
            return request.method().equals("POST") ? create(application, request) : list(application, request);
        }
        if (parts.length == 4 && parts[3].equals("invoke")) {
            return invoke(request);
        }
        return one(application, request, parts[1]);
    }

    @Override
    Answer refusal(Refused refused) {
        return new Answer(
                refused.status,
                Map.of("code", refused.code, "message", String.valueOf(refused.getMessage())),
                Map.of("opc-request-id", "request-" + ids.incrementAndGet()));
    }

    /** Requests whose signature was not right. */
    List<String> unsigned() {
        return List.copyOf(unsigned);
    }

    private Answer create(boolean application, Asked request) {
        Map<String, ObjectNode> kind = application ? apps : functions;
        ObjectNode made = request.json().deepCopy().asObject();
        String parent = application ? "compartmentId" : "applicationId";
        if (!application && !apps.containsKey(made.path(parent).asString(""))) {
            throw new Refused(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.");
        }
        boolean taken = kind.values().stream()
                .anyMatch(each -> each.path(parent).equals(made.path(parent))
                        && each.path("displayName").equals(made.path("displayName")));
        if (taken) {
            throw new Refused(409, "NotAuthorizedOrResourceAlreadyExists", "Resource already exists");
        }
        String id = application
                ? "ocid1.fnapp.oc1..a" + ids.incrementAndGet()
                : "ocid1.fnfunc.oc1..f" + ids.incrementAndGet();
        made.put("id", id).put("etag", "etag-" + ids.incrementAndGet());
        if (application) {
            made.put("lifecycleState", "ACTIVE");
        } else {
            limits(made);
            made.put("invokeEndpoint", uri().toString());
            if (!made.has("imageDigest")) {
                made.put("imageDigest", "sha256:resolved");
            }
            begins(id, made, "CREATING");
        }
        kind.put(id, made);
        return shown(made);
    }

    private void begins(String id, ObjectNode function, String state) {
        function.put("lifecycleState", state);
        readsUntilActive.put(id, slowness);
    }

    private static void limits(JsonNode function) {
        if (!List.of(128, 256, 512, 1024, 2048, 3072)
                .contains(function.path("memoryInMBs").asInt(128))) {
            throw new Refused(400, "InvalidParameter", "Invalid memoryInMBs");
        }
        if (function.path("freeformTags").size() > 10) {
            throw new Refused(400, "InvalidParameter", "Too many free-form tags");
        }
        function.path("freeformTags").properties().forEach(each -> {
            if (each.getKey().contains(".") || each.getKey().contains(" ")) {
                throw new Refused(400, "InvalidParameter", "Invalid tag key");
            }
        });
    }

    private static Answer shown(ObjectNode thing) {
        ObjectNode shown = thing.deepCopy();
        shown.remove("etag");
        return new Answer(200, shown, Map.of("etag", thing.path("etag").asString(), "opc-request-id", "request-ok"));
    }

    private Answer list(boolean application, Asked request) {
        Map<String, ObjectNode> kind = application ? apps : functions;
        String parent = application ? "compartmentId" : "applicationId";
        String in = request.query().get(parent);
        if (in == null) {
            throw new Refused(400, "MissingParameter", parent + " is missing");
        }
        String name = request.query().get("displayName");
        List<ObjectNode> all = kind.values().stream()
                .filter(each -> each.path(parent).asString().equals(in))
                .filter(each ->
                        name == null || each.path("displayName").asString().equals(name))
                .toList();
        int from = Integer.parseInt(request.query().getOrDefault("page", "0"));
        int limit = Math.min(pageMax, Integer.parseInt(request.query().getOrDefault("limit", "10")));
        int to = Math.min(all.size(), from + limit);
        ArrayNode page = JSON.createArrayNode();
        for (ObjectNode each : all.subList(from, to)) {
            ObjectNode summary = each.deepCopy();
            summary.remove("etag");
            summary.remove(NOT_IN_A_LIST);
            page.add(summary);
        }
        return new Answer(200, page, to < all.size() ? Map.of("opc-next-page", Integer.toString(to)) : Map.of());
    }

    private Answer one(boolean application, Asked request, String id) {
        Map<String, ObjectNode> kind = application ? apps : functions;
        ObjectNode there = kind.get(id);
        if (there == null) {
            throw new Refused(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.");
        }
        String match = request.header("if-match");
        if (match != null && !match.equals(there.path("etag").asString())) {
            throw new Refused(412, "NoEtagMatch", "The etag does not match");
        }
        return switch (request.method()) {
            case "DELETE" -> {
                if (application
                        && functions.values().stream()
                                .anyMatch(each ->
                                        each.path("applicationId").asString().equals(id))) {
                    throw new Refused(409, "Conflict", "The application has functions");
                }
                kind.remove(id);
                yield Answer.of(204, null);
            }
            case "PUT" -> {
                if (!there.path("lifecycleState").asString().equals("ACTIVE")) {
                    throw new Refused(409, "IncorrectState", "The function is changing");
                }
                limits(request.json());
                request.json().properties().forEach(each -> there.set(each.getKey(), each.getValue()));
                there.put("etag", "etag-" + ids.incrementAndGet());
                begins(id, there, "UPDATING");
                yield shown(there);
            }
            default -> {
                int left = readsUntilActive.merge(id, -1, Integer::sum);
                if (left < 0
                        && !application
                        && there.path("lifecycleState").asString().endsWith("ING")) {
                    there.put("lifecycleState", end);
                }
                yield shown(there);
            }
        };
    }

    /** Echoes what came, as an FDK's answer. */
    private static Answer invoke(Asked request) {
        return new Answer(
                200,
                request.body(),
                Map.of("opc-request-id", String.valueOf(request.header("opc-request-id")), "fn-call-id", "call-1"));
    }

    /** Another's application with another's function in it. */
    synchronized void foreign(String application, String name) {
        ObjectNode app = apps.values().stream()
                .filter(each -> each.path("displayName").asString().equals(application))
                .findFirst()
                .orElseGet(() -> {
                    ObjectNode made = JSON.createObjectNode()
                            .put("id", "ocid1.fnapp.oc1..a" + ids.incrementAndGet())
                            .put("compartmentId", OciUser.COMPARTMENT)
                            .put("displayName", application)
                            .put("lifecycleState", "ACTIVE")
                            .put("etag", "etag-" + ids.incrementAndGet());
                    apps.put(made.path("id").asString(), made);
                    return made;
                });
        String id = "ocid1.fnfunc.oc1..f" + ids.incrementAndGet();
        functions.put(
                id,
                JSON.createObjectNode()
                        .put("id", id)
                        .put("applicationId", app.path("id").asString())
                        .put("displayName", name)
                        .put("image", "fra.ocir.io/theirs/" + name + ":1")
                        .put("imageDigest", "sha256:theirs")
                        .put("memoryInMBs", 128)
                        .put("timeoutInSeconds", 30)
                        .put("invokeEndpoint", uri().toString())
                        .put("lifecycleState", "ACTIVE")
                        .put("etag", "etag-" + ids.incrementAndGet()));
    }

    /** Gives a function another memory, as an operator would. */
    synchronized void touch(String name, int mebibytes) {
        functions.values().stream()
                .filter(each -> each.path("displayName").asString().equals(name))
                .forEach(each -> each.put("memoryInMBs", mebibytes).put("etag", "etag-" + ids.incrementAndGet()));
    }

    synchronized List<String> names() {
        return functions.values().stream()
                .map(each -> each.path("displayName").asString())
                .toList();
    }

    /** The OCID of the only application. */
    synchronized String appId() {
        return apps.keySet().iterator().next();
    }

    synchronized int appCount() {
        return apps.size();
    }

    synchronized void clear() {
        apps.clear();
        functions.clear();
        readsUntilActive.clear();
        unsigned.clear();
        logs.clear();
        pageMax = 50;
        slowness = 1;
        end = "ACTIVE";
        forget();
    }
}
