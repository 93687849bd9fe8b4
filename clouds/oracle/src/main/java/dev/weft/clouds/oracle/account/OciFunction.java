// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A function as OCI tells it. Its text holds no value of its configuration.
 *
 * @param state OCI's lifecycleState
 * @param provisioned execution units kept ready; 0 for none
 * @param invokeEndpoint empty while there is none
 */
record OciFunction(
        String id,
        String name,
        String state,
        OciImage image,
        long memory,
        long timeout,
        long provisioned,
        Map<String, String> config,
        Map<String, String> tags,
        String invokeEndpoint,
        String etag) {
    static final String ACTIVE = "ACTIVE";

    OciFunction {
        config = Map.copyOf(config);
        tags = Map.copyOf(tags);
    }

    static OciFunction of(JsonNode json, String etag) {
        return new OciFunction(
                Json.text(json, "id"),
                Json.text(json, "displayName"),
                Json.text(json, "lifecycleState"),
                new OciImage(Json.text(json, "image"), Json.text(json, "imageDigest")),
                json.path("memoryInMBs").asLong(0),
                json.path("timeoutInSeconds").asLong(0),
                json.path("provisionedConcurrencyConfig").path("count").asLong(0),
                Json.texts(json.path("config")),
                Json.texts(json.path("freeformTags")),
                Json.text(json, "invokeEndpoint"),
                etag);
    }

    Map<String, String> settings() {
        Map<String, String> settings = Words.of(name, memory, timeout, config, Tags.FREEFORM.users(tags));
        settings.put("provisionedConcurrency", Long.toString(provisioned));
        return settings;
    }

    @Override
    public String toString() {
        return "OciFunction[" + name + ", config redacted]";
    }
}
