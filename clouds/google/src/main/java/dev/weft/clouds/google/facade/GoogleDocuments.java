// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Headers;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.clouds.google.GoogleHost;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Weft's functions as documents of Cloud Functions. What Weft does not know is left out; so are the
 * variables of those that no client put.
 *
 * @param key who asks: only the functions of its namespace are there, which is the one project
 * @param base scheme and authority by which the client came
 * @param location that the client named
 * @param first whether in the words of version 1
 */
record GoogleDocuments(Key key, String base, String location, boolean first) {
    /** The location that functions are in where the client asks for those of all. */
    static final String LOCATION = "weft";

    /** All locations. */
    static final String ANYWHERE = "-";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> SERVICES = List.of(
            "artifactregistry.googleapis.com",
            "cloudbuild.googleapis.com",
            "cloudfunctions.googleapis.com",
            "run.googleapis.com");
    private static final List<String> GRANTED = List.of(
            "cloudfunctions.functions.call",
            "cloudfunctions.functions.create",
            "cloudfunctions.functions.delete",
            "cloudfunctions.functions.get",
            "cloudfunctions.functions.getIamPolicy",
            "cloudfunctions.functions.invoke",
            "cloudfunctions.functions.list",
            "cloudfunctions.functions.sourceCodeSet",
            "cloudfunctions.functions.update",
            "cloudfunctions.operations.get",
            "run.routes.invoke",
            "run.services.getIamPolicy");

    FacadeAnswer locations() {
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("locations")
                .addObject()
                .put("name", "projects/" + key.namespace() + "/locations/" + LOCATION)
                .put("locationId", LOCATION)
                .put("displayName", "Weft; every other name is taken too");
        return answer(answer);
    }

    FacadeAnswer runtimes() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode runtimes = answer.putArray("runtimes");
        GoogleHost.runtimes().forEach(name -> runtimes.addObject()
                .put("name", name)
                .put("displayName", name)
                .put("stage", "GA")
                .put("environment", "GEN_2"));
        return answer(answer);
    }

    FacadeAnswer list(Functions functions, GooglePage.Of page) {
        List<Functions.Served> left = page.none()
                ? List.of()
                : functions.list(key.namespace()).stream()
                        .filter(each -> each.function().metadata().name().compareTo(page.after()) > 0)
                        .limit(page.size() + 1L)
                        .toList();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode shown = answer.putArray("functions");
        left.stream().limit(page.size()).map(this::document).forEach(shown::add);
        if (left.size() > page.size()) {
            answer.put(
                    "nextPageToken",
                    GooglePage.token(
                            left.get(page.size() - 1).function().metadata().name()));
        }
        return answer(answer);
    }

    FacadeAnswer get(Functions functions, String name) {
        Functions.Served served = functions.find(key.namespace(), Names.weft(name));
        return served == null ? GoogleError.notFound(resource(name)).answer() : answer(document(served));
    }

    /** Nobody is bound to anything: it is Weft's keys that say who may call. */
    FacadeAnswer policy(Functions functions, String name) {
        if (functions.find(key.namespace(), Names.weft(name)) == null) {
            return GoogleError.notFound(resource(name)).answer();
        }
        ObjectNode policy = JSON.createObjectNode().put("version", 1).put("etag", "ACAB");
        return answer(policy);
    }

    /** Whether the policy that a request wants lets anybody do anything. */
    static boolean binds(JsonNode request) {
        return request.path("policy").path("bindings").valueStream().anyMatch(each -> !each.path("members")
                .isEmpty());
    }

    /** What gcloud asks of the project. */
    FacadeAnswer project() {
        return answer(JSON.createObjectNode()
                .put("projectId", key.namespace())
                .put("name", key.namespace())
                .put("projectNumber", number())
                .put("lifecycleState", "ACTIVE"));
    }

    /** Twelve digits of the project's name's hash. */
    private String number() {
        byte[] hash = Sha256.of(key.namespace().getBytes(StandardCharsets.UTF_8));
        return "1%011d".formatted(new BigInteger(1, hash).mod(BigInteger.TEN.pow(11)));
    }

    /** Whether gcloud can use an API here. */
    FacadeAnswer service(String name) {
        return answer(JSON.createObjectNode()
                .put("name", "projects/" + number() + "/services/" + name)
                .put("state", SERVICES.contains(name) ? "ENABLED" : "DISABLED"));
    }

    /** Nothing is built by anybody. */
    FacadeAnswer builder() {
        return answer(JSON.createObjectNode()
                .put("name", parent() + "/defaultServiceAccount")
                .put(
                        "serviceAccountEmail",
                        "projects/" + key.namespace() + "/serviceAccounts/" + number()
                                + "@cloudbuild.gserviceaccount.com"));
    }

    /** Whoever sees functions may do with them all that is done here. */
    FacadeAnswer permissions(Functions functions, String name, JsonNode asked) {
        if (functions.find(key.namespace(), Names.weft(name)) == null) {
            return GoogleError.notFound(resource(name)).answer();
        }
        return permissions(asked);
    }

    /** The same of the project. */
    static FacadeAnswer permissions(JsonNode asked) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode granted = answer.putArray("permissions");
        for (JsonNode each : asked.path("permissions")) {
            if (GRANTED.contains(each.asString(""))) {
                granted.add(each.asString(""));
            }
        }
        return answer(answer);
    }

    /** The function's full name. */
    String resource(String name) {
        return parent() + "/functions/" + name;
    }

    /** Project and location. */
    String parent() {
        return "projects/" + key.namespace() + "/locations/" + (location.equals(ANYWHERE) ? LOCATION : location);
    }

    private String url(String name) {
        return CallUrl.of(base, key, location.equals(ANYWHERE) ? LOCATION : location, name);
    }

    /** The function as its version of the API shows it. */
    ObjectNode document(Functions.Served served) {
        return first ? version1(served) : version2(served);
    }

    private ObjectNode version2(Functions.Served served) {
        Function function = served.function();
        Function.Spec spec = function.spec();
        ObjectNode document = JSON.createObjectNode()
                .put("name", resource(served.shownName()))
                .put("environment", "GEN_2")
                .put("state", "ACTIVE")
                .put("updateTime", served.changed().toString())
                .put("url", url(function.metadata().name()));
        said(served, document);
        ObjectNode build = document.putObject("buildConfig");
        put(build, "runtime", spec.runtime());
        put(build, "entryPoint", spec.handler());
        build.putObject("source")
                .putObject("storageSource")
                .put("bucket", Uploading.BUCKET)
                .put("object", function.metadata().name() + Uploading.DEPLOYED);
        ObjectNode service = document.putObject("serviceConfig")
                .put("service", parent() + "/services/" + function.metadata().name())
                .put("uri", url(function.metadata().name()))
                .put("timeoutSeconds", seconds(spec.timeout()))
                .put("ingressSettings", "ALLOW_ALL")
                .put("allTrafficOnLatestRevision", true);
        if (!spec.open().contains(Open.MEMORY)) {
            service.put("availableMemory", spec.memory().mebibytes() + "Mi");
        }
        instances(spec, service, "minInstanceCount", "maxInstanceCount");
        if (!spec.open().contains(Open.CONCURRENCY)) {
            service.put("maxInstanceRequestConcurrency", spec.concurrency());
        }
        put(service, "availableCpu", function.metadata().annotations().get(Settings.CPU));
        account(served, service);
        env(served, service);
        return document;
    }

    private ObjectNode version1(Functions.Served served) {
        Function function = served.function();
        Function.Spec spec = function.spec();
        ObjectNode document = JSON.createObjectNode()
                .put("name", resource(served.shownName()))
                .put("status", "ACTIVE")
                .put("updateTime", served.changed().toString())
                .put("timeout", seconds(spec.timeout()) + "s")
                .put("ingressSettings", "ALLOW_ALL");
        put(document, "runtime", spec.runtime());
        put(document, "entryPoint", spec.handler());
        said(served, document);
        if (!spec.open().contains(Open.MEMORY)) {
            document.put("availableMemoryMb", spec.memory().mebibytes());
        }
        instances(spec, document, "minInstances", "maxInstances");
        document.putObject("httpsTrigger").put("url", url(function.metadata().name()));
        account(served, document);
        env(served, document);
        return document;
    }

    private static void put(ObjectNode document, String field, @Nullable String value) {
        if (value != null) {
            document.put(field, value);
        }
    }

    private static void instances(Function.Spec spec, ObjectNode document, String min, String max) {
        if (spec.minInstances() > 0) {
            document.put(min, spec.minInstances());
        }
        if (!spec.open().contains(Open.MAX_INSTANCES)) {
            document.put(max, spec.maxInstances());
        }
    }

    private static void account(Functions.Served served, ObjectNode document) {
        put(
                document,
                "serviceAccountEmail",
                served.function().metadata().annotations().get(Settings.ACCOUNT));
    }

    private void env(Functions.Served served, ObjectNode document) {
        Map<String, String> annotations = served.function().metadata().annotations();
        Map<String, String> plain = new TreeMap<>(served.env());
        plain.keySet().removeAll(SecretReferences.of(annotations).keySet());
        if (!plain.isEmpty()) {
            ObjectNode variables = document.putObject("environmentVariables");
            plain.forEach(variables::put);
        }
        SecretReferences.show(annotations, key.namespace(), document);
    }

    private static void said(Functions.Served served, ObjectNode document) {
        Function function = served.function();
        put(document, "description", function.metadata().annotations().get(Settings.DESCRIPTION));
        ObjectNode labels = JSON.createObjectNode();
        new TreeMap<>(function.metadata().labels()).forEach((name, value) -> {
            if (!name.startsWith("weft.dev/")) {
                labels.put(name, value);
            }
        });
        if (!labels.isEmpty()) {
            document.set("labels", labels);
        }
    }

    private static long seconds(Duration time) {
        return Math.max(1, time.plusMillis(999).toSeconds());
    }

    /** A list with nothing in it: of a function only what it is now is there. */
    static FacadeAnswer nothing() {
        return answer(JSON.createObjectNode());
    }

    static FacadeAnswer answer(ObjectNode document) {
        return new FacadeAnswer(
                200, Headers.of("Content-Type", "application/json; charset=UTF-8"), JSON.writeValueAsBytes(document));
    }
}
