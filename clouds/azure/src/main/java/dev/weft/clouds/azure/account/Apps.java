// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.SideBySide;
import dev.weft.api.rest.RestRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Function apps of the resource group: read whole, and the single changes that can be made to one. */
final class Apps {
    private final Arm arm;
    private final AzureOptions options;

    Apps(Arm arm, AzureOptions options) {
        this.arm = arm;
        this.options = options;
    }

    List<Snapshot> list() {
        List<JsonNode> sites = arm
                .list("WebApps_ListByResourceGroup", options.group() + "/providers/Microsoft.Web/sites", Arm.WEB)
                .stream()
                .filter(Snapshot::functionApp)
                .toList();
        return SideBySide.map(sites, each -> Optional.ofNullable(snapshot(each))).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    @Nullable
    Snapshot find(String name) {
        JsonNode site = arm.find("WebApps_Get", arm.site(name), Arm.WEB);
        return site == null ? null : snapshot(site);
    }

    /** Null where it went while it was read. */
    private @Nullable Snapshot snapshot(JsonNode site) {
        String path = arm.site(site.path("name").asString(""));
        try {
            AppSettings settings = settings(path);
            JsonNode web = arm.get("WebApps_GetConfiguration", path + "/config/web", Arm.WEB);
            try {
                List<JsonNode> functions = arm.list("WebApps_ListFunctions", path + "/functions", Arm.WEB);
                return new Snapshot(site, web, settings, functions, "");
            } catch (CloudException failed) {
                if (failed.kind() == Kind.DENIED) {
                    throw failed;
                }
                // an app whose host does not start is still an app
                return new Snapshot(
                        site, web, settings, List.of(), "its functions can't be listed: " + failed.getMessage());
            }
        } catch (CloudException failed) {
            if (failed.kind() == Kind.ABSENT) {
                return null;
            }
            throw failed;
        }
    }

    private AppSettings settings(String path) {
        JsonNode answer = arm.ask("WebApps_ListApplicationSettings", path + "/config/appsettings/list", Arm.WEB);
        Map<String, String> values = new TreeMap<>();
        answer.path("properties")
                .properties()
                .forEach(each -> values.put(each.getKey(), each.getValue().asString("")));
        return new AppSettings(values);
    }

    void create(String name, ObjectNode body) {
        arm.change(arm.request("WebApps_CreateOrUpdate", "PUT", arm.site(name), Arm.WEB)
                .json(body.toString()));
    }

    void configure(String name, ObjectNode properties) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        body.set("properties", properties);
        RestRequest request = arm.request(
                        "WebApps_UpdateConfiguration", "PATCH", arm.site(name) + "/config/web", Arm.WEB)
                .json(body.toString());
        arm.change(request.harmlessTwice());
    }

    void settings(String name, AppSettings settings) {
        ObjectNode body = JsonMapper.shared().createObjectNode();
        ObjectNode properties = body.putObject("properties");
        new TreeMap<>(settings.values()).forEach(properties::put);
        arm.change(
                arm.request("WebApps_UpdateApplicationSettings", "PUT", arm.site(name) + "/config/appsettings", Arm.WEB)
                        .json(body.toString()));
    }

    /** Adds or replaces tags; others stay. */
    void tag(String name, Map<String, String> tags) {
        tags(name, "Merge", tags);
    }

    /** Takes tags off; others stay. */
    void untag(String name, Map<String, String> tags) {
        tags(name, "Delete", tags);
    }

    private void tags(String name, String operation, Map<String, String> tags) {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("operation", operation);
        ObjectNode written = body.putObject("properties").putObject("tags");
        AppTags.written(tags).forEach(written::put);
        RestRequest request = arm.request(
                        "Tags_UpdateAtScope",
                        "PATCH",
                        arm.site(name) + "/providers/Microsoft.Resources/tags/default",
                        Arm.TAGS)
                .json(body.toString());
        arm.change(request.harmlessTwice());
    }

    /** Tells the platform which triggers the app has now. */
    void sync(String name) {
        arm.change(
                arm.request("WebApps_SyncFunctionTriggers", "POST", arm.site(name) + "/syncfunctiontriggers", Arm.WEB)
                        .harmlessTwice());
    }

    void start(String name) {
        arm.change(arm.request("WebApps_Start", "POST", arm.site(name) + "/start", Arm.WEB)
                .harmlessTwice());
    }

    /** Deletes it; a plan that nobody else is on goes with it only if Weft made that. */
    void delete(String name, boolean plan) {
        RestRequest request = RestRequest.of(
                "WebApps_Delete",
                "DELETE",
                java.net.URI.create(
                        arm.request("", "DELETE", arm.site(name), Arm.WEB).uri() + "&deleteEmptyServerFarm=" + plan));
        try {
            arm.change(request);
        } catch (CloudException failed) {
            if (failed.kind() != Kind.ABSENT) {
                throw failed;
            }
        }
    }

    /** A function's own key, or its app's master key. */
    String key(String name, @Nullable String function) {
        String path = arm.site(name);
        JsonNode keys = function == null
                ? arm.ask("WebApps_ListHostKeys", path + "/host/default/listkeys", Arm.WEB)
                : arm.ask("WebApps_ListFunctionKeys", path + "/functions/" + function + "/listkeys", Arm.WEB);
        String key = keys.path(function == null ? "masterKey" : "default").asString("");
        if (key.isEmpty() && function != null) {
            for (var each : keys.properties()) {
                return each.getValue().asString("");
            }
        }
        if (key.isEmpty()) {
            throw new CloudException(Kind.DENIED, "app %s lists no key".formatted(name), null);
        }
        return key;
    }

    /** Makes sure that there is a plan. */
    void plan() {
        String path = arm.plan(options.planName());
        JsonNode plan = arm.find("AppServicePlans_Get", path, Arm.WEB);
        if (plan == null && options.plan() != null) {
            throw new CloudException(
                    Kind.INVALID,
                    "there is no plan %s in resource group %s: see spec.account.plan"
                            .formatted(options.plan(), options.resourceGroup()),
                    null);
        }
        if (plan == null) {
            ObjectNode body = JsonMapper.shared()
                    .createObjectNode()
                    .put("kind", "functionapp")
                    .put("location", options.region());
            body.putObject("tags").put(AppTags.name("weft.dev/cloud"), options.cloud());
            body.putObject("sku").put("name", "Y1").put("tier", "Dynamic");
            body.putObject("properties").put("reserved", true);
            arm.change(arm.request("AppServicePlans_CreateOrUpdate", "PUT", path, Arm.WEB)
                    .json(body.toString()));
            return;
        }
        refuse(plan);
    }

    private void refuse(JsonNode plan) {
        String sku = plan.path("sku").path("tier").asString("");
        if (sku.equalsIgnoreCase("FlexConsumption")) {
            throw new CloudException(
                    Kind.INVALID,
                    "plan %s is a Flex Consumption plan, which is deployed to in another way that Weft does not have yet:"
                                    .formatted(options.planName())
                            + " name an Elastic Premium or App Service plan in spec.account.plan, or none",
                    null);
        }
        if (!plan.path("properties").path("reserved").asBoolean(false)) {
            throw new CloudException(
                    Kind.INVALID,
                    "plan %s is for Windows; Weft deploys to Linux: name a Linux plan in spec.account.plan"
                            .formatted(options.planName()),
                    null);
        }
    }
}
