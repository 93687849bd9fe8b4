// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * By what clients find out what there is. Nothing but Knative Serving and Secrets, so that a client does not ask for more; of the schema only that
 * the server itself checks fields, which is what kubectl looks for before it applies. Pure.
 */
final class Discovery {
    /** The Kubernetes whose API this is a slice of. */
    static final String VERSION = "v1.32.0+weft";

    private static final String ROOT = "/apis/" + Resource.VERSION;
    private static final JsonMapper JSON = JsonMapper.shared();

    private Discovery() {}

    /**
     * Null where the path is none of discovery's.
     *
     * @param accept what the client takes; empty where it says nothing
     */
    static @Nullable FacadeAnswer answer(String path, String accept) {
        return switch (path) {
            case "/api" -> versions();
            case "/api/v1" -> secrets();
            case "/apis" -> groups();
            case "/apis/" + Resource.GROUP ->
                KubeStatus.answer(200, group().put("kind", "APIGroup").put("apiVersion", "v1"));
            case ROOT -> resources();
            case "/version" -> version();
            case "/healthz", "/livez", "/readyz" -> text("ok");
            case "/openapi/v2" -> second(accept);
            case "/openapi/v3" -> third();
            case "/openapi/v3" + ROOT -> schema("3.0.0");
            default -> null;
        };
    }

    private static ObjectNode list(String kind) {
        return JSON.createObjectNode().put("kind", kind).put("apiVersion", "v1");
    }

    private static FacadeAnswer versions() {
        ObjectNode versions = JSON.createObjectNode().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return KubeStatus.answer(200, versions);
    }

    private static FacadeAnswer groups() {
        ObjectNode groups = list("APIGroupList");
        groups.putArray("groups").add(group());
        return KubeStatus.answer(200, groups);
    }

    private static ObjectNode group() {
        ObjectNode group = JSON.createObjectNode().put("name", Resource.GROUP);
        group.putArray("versions")
                .addObject()
                .put("groupVersion", Resource.VERSION)
                .put("version", "v1");
        group.putObject("preferredVersion")
                .put("groupVersion", Resource.VERSION)
                .put("version", "v1");
        return group;
    }

    private static FacadeAnswer resources() {
        ObjectNode list = list("APIResourceList").put("groupVersion", Resource.VERSION);
        ArrayNode resources = list.putArray("resources");
        for (Resource each : Resource.values()) {
            List<String> verbs = each == Resource.SERVICES
                    ? List.of("create", "delete", "get", "list", "patch", "update", "watch")
                    : List.of("get", "list", "watch");
            ObjectNode one = resource(resources, each.plural(), each.kind(), verbs);
            each.shortNames().forEach(one.putArray("shortNames")::add);
            one.putArray("categories").add("all").add("knative").add("serving");
        }
        return KubeStatus.answer(200, list);
    }

    private static FacadeAnswer secrets() {
        ObjectNode list = list("APIResourceList").put("groupVersion", "v1");
        ObjectNode ignored = resource(
                list.putArray("resources"),
                "secrets",
                "Secret",
                List.of("create", "delete", "get", "list", "patch", "update"));
        return KubeStatus.answer(200, list);
    }

    private static ObjectNode resource(ArrayNode resources, String plural, String kind, List<String> verbs) {
        ObjectNode one = resources
                .addObject()
                .put("name", plural)
                .put("singularName", kind.toLowerCase(Locale.ROOT))
                .put("namespaced", true)
                .put("kind", kind);
        verbs.forEach(one.putArray("verbs")::add);
        return one;
    }

    private static FacadeAnswer version() {
        return KubeStatus.answer(
                200,
                JSON.createObjectNode()
                        .put("major", "1")
                        .put("minor", "32")
                        .put("gitVersion", VERSION)
                        .put("gitCommit", "")
                        .put("gitTreeState", "")
                        .put("buildDate", "")
                        .put("goVersion", "")
                        .put("compiler", "")
                        .put("platform", "weft"));
    }

    /**
     * A schema of nothing is an empty message in protocol buffers, and clients that want no other form check nothing then. Their own
     * spelling of the type, with an {@code @}, can't be read by Go.
     */
    private static FacadeAnswer second(String accept) {
        if (!accept.contains("proto-openapi")) {
            return schema("2.0");
        }
        return new FacadeAnswer(
                200,
                Headers.of("Content-Type", "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"),
                new byte[0]);
    }

    private static FacadeAnswer third() {
        ObjectNode index = JSON.createObjectNode();
        index.putObject("paths")
                .putObject(ROOT.substring(1))
                .put("serverRelativeURL", "/openapi/v3" + ROOT + "?hash=1");
        return KubeStatus.answer(200, index);
    }

    private static FacadeAnswer schema(String version) {
        boolean third = version.startsWith("3");
        ObjectNode document = JSON.createObjectNode().put(third ? "openapi" : "swagger", version);
        document.putObject("info").put("title", "Weft").put("version", VERSION);
        ObjectNode patch = document.putObject("paths")
                .putObject(ROOT + "/namespaces/{namespace}/services/{name}")
                .putObject("patch");
        for (String each : List.of("dryRun", "fieldManager", "fieldValidation")) {
            ObjectNode parameter = JSON.createObjectNode().put("name", each).put("in", "query");
            if (third) {
                parameter.putObject("schema").put("type", "string");
            } else {
                parameter.put("type", "string");
            }
            patch.withArray("parameters").add(parameter);
        }
        patch.putObject("responses").putObject("200").put("description", "OK");
        patch.putObject("x-kubernetes-group-version-kind")
                .put("group", Resource.GROUP)
                .put("version", "v1")
                .put("kind", Resource.SERVICES.kind());
        return KubeStatus.answer(200, document);
    }

    private static FacadeAnswer text(String words) {
        return new FacadeAnswer(
                200, Headers.of("Content-Type", "text/plain; charset=utf-8"), words.getBytes(StandardCharsets.UTF_8));
    }
}
