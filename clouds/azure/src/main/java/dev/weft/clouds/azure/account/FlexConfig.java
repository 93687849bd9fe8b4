// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code functionAppConfig} of an app on a Flex plan: language, memory, instances, calls at once, and where its code is. Other
 * plans keep these in app settings and in the web configuration, where a Flex plan refuses them. Pure.
 */
final class FlexConfig {
    /** The setting that the container's connection string is in, as the vendor's command line names it. */
    static final String CONNECTION = "DEPLOYMENT_STORAGE_CONNECTION_STRING";

    /** Memory of an instance in mebibytes, each size that there is. */
    static final List<Long> SIZES = List.of(512L, 2_048L, 4_096L);

    /** Instances that all of an app's HTTP functions share. */
    static final String HTTP = "http";

    private static final String CONFIG = "functionAppConfig";
    private static final String CUSTOM = "custom";

    /** The version of a custom handler's runtime. */
    private static final String CUSTOM_VERSION = "1.0";

    private FlexConfig() {}

    /** Whether {@code site} is on a Flex plan. */
    static boolean in(JsonNode site) {
        return site.path("properties").path("sku").asString("").equalsIgnoreCase("FlexConsumption") || told(site);
    }

    /** Whether {@code site} tells its configuration. */
    static boolean told(JsonNode site) {
        return site.path("properties").path(CONFIG).path("deployment").isObject();
    }

    /** The smallest size that holds what the function asks for; what none holds as it is, for it is refused before. */
    static long size(Function.Spec spec) {
        long memory = Math.ceilDiv(spec.memory().bytes(), 1L << 20);
        return SIZES.stream().filter(each -> each >= memory).findFirst().orElse(memory);
    }

    /** The app's configuration as the document wants it, with always ready instances for {@code group}. */
    static ObjectNode wanted(Wanted wanted, Packing packing, URI container, String group) {
        Function.Spec spec = wanted.function().spec();
        ObjectNode config = JsonMapper.shared().createObjectNode();
        ObjectNode storage = config.putObject("deployment")
                .putObject("storage")
                .put("type", "blobContainer")
                .put("value", container.toString());
        storage.putObject("authentication")
                .put("type", "StorageAccountConnectionString")
                .put("storageAccountConnectionStringName", CONNECTION);
        String[] language = packing.runtime().toLowerCase(Locale.ROOT).split("\\|", 2);
        config.putObject("runtime")
                .put("name", language[0])
                .put("version", language.length == 1 ? CUSTOM_VERSION : language[1]);
        ObjectNode scale = config.putObject("scaleAndConcurrency")
                .put("maximumInstanceCount", spec.maxInstances())
                .put("instanceMemoryMB", size(spec));
        ArrayNode ready = scale.putArray("alwaysReady");
        if (spec.minInstances() > 0) {
            ready.addObject().put("name", group).put("instanceCount", spec.minInstances());
        }
        if (spec.concurrency() > 0) {
            scale.putObject("triggers").putObject(HTTP).put("perInstanceConcurrency", spec.concurrency());
        }
        return config;
    }

    /** Whether {@code site} is configured so; what Azure says beyond it, and the spelling of names, doesn't count. */
    static boolean same(JsonNode site, ObjectNode wanted) {
        JsonNode is = site.path("properties").path(CONFIG);
        JsonNode authentication = storage(site).path("authentication");
        return words(site).equals(words(site(wanted)))
                && storage(site).path("value").equals(storage(site(wanted)).path("value"))
                && authentication
                        .path("type")
                        .equals(storage(site(wanted)).path("authentication").path("type"))
                && authentication
                        .path("storageAccountConnectionStringName")
                        .asString("")
                        .equals(CONNECTION)
                && runtime(is).equals(runtime(wanted));
    }

    private static ObjectNode site(ObjectNode config) {
        ObjectNode site = JsonMapper.shared().createObjectNode();
        site.putObject("properties").set(CONFIG, config);
        return site;
    }

    /** {@code site} as it was read, with another configuration: what is not said in a PUT may be lost. */
    static ObjectNode with(JsonNode site, ObjectNode config) {
        ObjectNode all = (ObjectNode) site.deepCopy();
        all.withObject("properties").set(CONFIG, config);
        return all;
    }

    static JsonNode storage(JsonNode site) {
        return site.path("properties").path(CONFIG).path("deployment").path("storage");
    }

    private static JsonNode scale(JsonNode site) {
        return site.path("properties").path(CONFIG).path("scaleAndConcurrency");
    }

    /** As other plans have it: Node|22 of node and 22. */
    static String runtime(JsonNode config) {
        String name = config.path("runtime").path("name").asString("").toLowerCase(Locale.ROOT);
        String version = config.path("runtime").path("version").asString("").replaceFirst("\\.0$", "");
        if (name.isEmpty() || name.equals(CUSTOM)) {
            return name;
        }
        return Character.toUpperCase(name.charAt(0)) + name.substring(1) + '|' + version;
    }

    static String runtimeOf(JsonNode site) {
        return runtime(site.path("properties").path(CONFIG));
    }

    /** Memory, instances and calls at once, by the names that plans have; zero and absent are the same. */
    static Map<String, String> words(JsonNode site) {
        JsonNode scale = scale(site);
        Map<String, String> words = new TreeMap<>();
        put(words, "memory", scale.path("instanceMemoryMB").asInt(0));
        put(words, "maxInstances", scale.path("maximumInstanceCount").asInt(0));
        put(
                words,
                "concurrency",
                scale.path("triggers").path(HTTP).path("perInstanceConcurrency").asInt(0));
        // Azure answers names in small letters
        scale.path("alwaysReady")
                .forEach(each -> put(
                        words,
                        "alwaysReady." + each.path("name").asString("").toLowerCase(Locale.ROOT),
                        each.path("instanceCount").asInt(0)));
        return words;
    }

    private static void put(Map<String, String> words, String name, int number) {
        if (number > 0) {
            words.put(name, Integer.toString(number));
        }
    }

    /** Whose instances a function runs on: all HTTP functions share some, so do blobs' and Durable's, and any other has its own. */
    static String group(String function, String trigger) {
        return switch (trigger.toLowerCase(Locale.ROOT)) {
            case "", "httptrigger" -> HTTP;
            case "blobtrigger" -> "blob";
            case "orchestrationtrigger", "activitytrigger", "entitytrigger" -> "durable";
            default -> "function:" + function.toLowerCase(Locale.ROOT);
        };
    }
}
