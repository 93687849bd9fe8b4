// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What kubectl asks an API server before it asks for anything. */
final class Discovery {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Discovery() {}

    /** Null where {@code path} asks for something else. */
    static @Nullable JsonNode answer(String path) {
        return switch (path) {
            case "/api" -> {
                ObjectNode versions = JSON.createObjectNode().put("kind", "APIVersions");
                versions.putArray("versions").add("v1");
                yield versions;
            }
            case "/apis" -> groups();
            case "/api/v1" -> resources("v1", "secrets/Secret/secret", "pods/Pod/pod");
            case "/apis/serving.knative.dev/v1" ->
                resources("serving.knative.dev/v1", "services/Service/service", "revisions/Revision/revision");
            case "/version" ->
                JSON.createObjectNode().put("major", "1").put("minor", "32").put("gitVersion", "v1.32.4");
            default -> null;
        };
    }

    private static ObjectNode groups() {
        ObjectNode list = JSON.createObjectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
        ObjectNode group = list.putArray("groups").addObject().put("name", "serving.knative.dev");
        group.putArray("versions")
                .addObject()
                .put("groupVersion", "serving.knative.dev/v1")
                .put("version", "v1");
        group.putObject("preferredVersion")
                .put("groupVersion", "serving.knative.dev/v1")
                .put("version", "v1");
        return list;
    }

    private static ObjectNode resources(String version, String... kinds) {
        ObjectNode list = JSON.createObjectNode()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", version);
        list.putArray("resources");
        for (String each : kinds) {
            String[] words = each.split("/", -1);
            ObjectNode resource = list.withArray("resources")
                    .addObject()
                    .put("name", words[0])
                    .put("kind", words[1])
                    .put("singularName", words[2])
                    .put("namespaced", true);
            for (String verb : new String[] {"get", "list", "create", "update", "patch", "delete"}) {
                resource.withArray("verbs").add(verb);
            }
        }
        return list;
    }
}
