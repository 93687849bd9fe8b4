// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.resource.Function;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Apps and their functions as Azure's resource manager writes them. Pure.
 *
 * @param scheme of the URLs that are shown
 * @param authority of the URLs that are shown
 */
record ArmDocuments(Key key, String scheme, String authority) {
    /** What the host of functions says that it is. */
    static final String HOST_VERSION = "4.0.0";

    private static final String SITES = "Microsoft.Web/sites";
    private static final JsonMapper JSON = JsonMapper.shared();

    static FacadeAnswer ok(JsonNode body) {
        return new FacadeAnswer(
                200, Headers.of("Content-Type", "application/json; charset=utf-8"), JSON.writeValueAsBytes(body));
    }

    /** A resource's id within the key's subscription. */
    String id(String group, String resource) {
        return "/subscriptions/" + Subscription.of(key) + "/resourceGroups/" + group + "/providers/" + resource;
    }

    /** The resource {@code config/NAME} of an app, and others that are only names and properties. */
    ObjectNode part(AppView app, String part, ObjectNode properties) {
        String type = part.contains("/") ? part.substring(0, part.lastIndexOf('/')) : part;
        ObjectNode node = JSON.createObjectNode()
                .put("id", id(app.group(), SITES + '/' + app.name() + '/' + part))
                .put("name", part.substring(part.lastIndexOf('/') + 1))
                .put("type", SITES + '/' + type)
                .put("location", app.location());
        node.set("properties", properties);
        return node;
    }

    ObjectNode site(Functions.Served served) {
        AppView app = new AppView(served.function());
        ObjectNode site = JSON.createObjectNode()
                .put("id", id(app.group(), SITES + '/' + app.name()))
                .put("name", app.name())
                .put("type", SITES)
                .put("kind", "functionapp,linux")
                .put("location", app.location());
        site.set("tags", labels(served));
        String host = AppUrl.host(authority, app.name());
        ObjectNode properties = site.putObject("properties")
                .put("name", app.name())
                .put("state", "Running")
                .put("usageState", "Normal")
                .put("availabilityState", "Normal")
                .put("enabled", true)
                .put("reserved", true)
                .put("sku", ArmCatalog.TIER)
                .put("resourceGroup", app.group())
                .put("repositorySiteName", app.name())
                .put("defaultHostName", host)
                .put("serverFarmId", id(ArmCatalog.PLAN, "Microsoft.Web/serverfarms/" + ArmCatalog.PLAN))
                .put("httpsOnly", scheme.equals("https"))
                .put("lastModifiedTimeUtc", served.changed().toString());
        properties.putArray("hostNames").add(host);
        properties.putArray("enabledHostNames").add(host);
        ArrayNode states = properties.putArray("hostNameSslStates");
        state(states, host, "Standard");
        state(states, AppUrl.deployments(authority, app.name()), "Repository");
        config(properties.putObject("siteConfig"), app);
        return site;
    }

    /** An app's tags by themselves. */
    ObjectNode tags(Functions.Served served) {
        ObjectNode properties = JSON.createObjectNode();
        properties.set("tags", labels(served));
        return part(new AppView(served.function()), "providers/Microsoft.Resources/tags/default", properties);
    }

    private static ObjectNode labels(Functions.Served served) {
        ObjectNode tags = JSON.createObjectNode();
        served.function().metadata().labels().forEach((name, value) -> tags.put(name.replaceFirst("/", ":"), value));
        return tags;
    }

    private static void state(ArrayNode states, String name, String type) {
        states.addObject().put("name", name).put("sslState", "Disabled").put("hostType", type);
    }

    private static void config(ObjectNode config, AppView app) {
        Function.Spec spec = app.function().spec();
        config.put("numberOfWorkers", 1)
                .put("linuxFxVersion", app.stack())
                .put("alwaysOn", false)
                .put("functionAppScaleLimit", spec.maxInstances())
                .put("minimumElasticInstanceCount", spec.minInstances());
    }

    ObjectNode web(AppView app) {
        ObjectNode config = JSON.createObjectNode();
        config(config, app);
        config.put("scmType", "None").put("use32BitWorkerProcess", false).put("http20Enabled", true);
        return part(app, "config/web", config);
    }

    /** The variables of one that clients made, and what every app has; of others only that. */
    static Map<String, String> settings(Functions.Served served) {
        Map<String, String> settings = new java.util.TreeMap<>(served.env());
        settings.putIfAbsent("FUNCTIONS_EXTENSION_VERSION", "~4");
        String language = new AppView(served.function()).language();
        if (!language.isEmpty()) {
            settings.putIfAbsent("FUNCTIONS_WORKER_RUNTIME", language);
        }
        settings.putIfAbsent(SiteBody.BUILD, "false"); // which it is: nothing is built
        return settings;
    }

    ObjectNode functionResource(AppView app) {
        ObjectNode function = function(app, AppUrl.site(scheme + "://" + authority, app.name()));
        return JSON.createObjectNode()
                .put("id", id(app.group(), SITES + '/' + app.name() + "/functions/" + app.functionName()))
                .put("name", app.name() + '/' + app.functionName())
                .put("type", SITES + "/functions")
                .put("location", app.location())
                .set("properties", function);
    }

    /** As an app's host writes it. */
    static ObjectNode function(AppView app, String base) {
        String name = app.functionName();
        ObjectNode function = JSON.createObjectNode()
                .put("name", name)
                .put("href", base + "/admin/functions/" + name)
                .put("language", app.language().isEmpty() ? "custom" : app.language())
                .put("isDisabled", false)
                .put("test_data", "");
        ObjectNode config = function.putObject("config");
        JsonNode bindings = bindings(app.bindings());
        config.set("bindings", bindings);
        boolean http = false;
        for (JsonNode each : bindings) {
            http |= each.path("type").asString("").equalsIgnoreCase("httpTrigger");
        }
        if (http) {
            function.put("invoke_url_template", base + '/' + app.route());
        }
        return function;
    }

    private static JsonNode bindings(String text) {
        try {
            JsonNode bindings = JSON.readTree(text);
            return bindings.isArray() ? bindings : JSON.createArrayNode();
        } catch (JacksonException notOurs) {
            return JSON.createArrayNode(); // an annotation that somebody wrote by hand
        }
    }
}
