// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.SideBySide;
import dev.weft.api.rest.RestClient;
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
    private static final String FLEX_TIER = "FlexConsumption";

    private final Arm arm;
    private final AzureOptions options;
    private final CloudVendor.Around around;
    private final RestClient.Pause pause;

    Apps(Arm arm, AzureOptions options, CloudVendor.Around around, RestClient.Pause pause) {
        this.arm = arm;
        this.options = options;
        this.around = around;
        this.pause = pause;
    }

    Arm arm() {
        return arm;
    }

    /** The containers of Flex apps. */
    Releases releases() {
        return new Releases(Storage.read(arm, options), around, pause);
    }

    List<Snapshot> list() {
        List<JsonNode> sites = arm
                .list("WebApps_ListByResourceGroup", options.group() + "/providers/Microsoft.Web/sites", Arm.WEB)
                .stream()
                .filter(Snapshot::functionApp)
                .toList();
        // only apps of ours on Flex plans need them
        Releases releases = sites.stream().anyMatch(Apps::released) ? releases() : null;
        return SideBySide.map(sites, each -> Optional.ofNullable(snapshot(each, releases))).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    @Nullable
    Snapshot find(String name) {
        JsonNode site = arm.find("WebApps_Get", arm.site(name), Arm.WEB);
        if (site == null) {
            return null;
        }
        return snapshot(site, released(site) ? releases() : null);
    }

    private static boolean released(JsonNode site) {
        return FlexConfig.in(site) && AppTags.owner(AppTags.read(site.path("tags"))) != null;
    }

    /** Null where it went while it was read. */
    private @Nullable Snapshot snapshot(JsonNode seen, @Nullable Releases releases) {
        String path = arm.site(seen.path("name").asString(""));
        try {
            // a list may leave out what only a site by itself is asked for
            JsonNode site =
                    FlexConfig.in(seen) && !FlexConfig.told(seen) ? arm.get("WebApps_Get", path, Arm.WEB) : seen;
            AppSettings settings = settings(path);
            // a Flex plan has all that is wanted of it in the site
            JsonNode web = FlexConfig.in(site)
                    ? JsonMapper.shared().createObjectNode()
                    : arm.get("WebApps_GetConfiguration", path + "/config/web", Arm.WEB);
            String mark = releases != null && released(site) ? releases.mark(site) : null;
            try {
                List<JsonNode> functions = arm.list("WebApps_ListFunctions", path + "/functions", Arm.WEB);
                return new Snapshot(site, web, settings, functions, "", mark);
            } catch (CloudException failed) {
                if (failed.kind() == Kind.DENIED) {
                    throw failed;
                }
                // an app whose host does not start is still an app
                return new Snapshot(
                        site, web, settings, List.of(), "its functions can't be listed: " + failed.getMessage(), mark);
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

    /** Path of the plan of an app on Flex Consumption, which has the app's name: a plan has one app. */
    String farm(String app) {
        return arm.plan(app);
    }

    /** Makes sure that there is a Flex plan for {@code app} alone; says whether it was made. */
    boolean flexPlan(String app) {
        JsonNode plan = arm.find("AppServicePlans_Get", farm(app), Arm.WEB);
        if (plan == null) {
            ObjectNode body = JsonMapper.shared()
                    .createObjectNode()
                    .put("kind", "functionapp")
                    .put("location", options.region());
            body.putObject("tags").put(AppTags.name("weft.dev/cloud"), options.cloud());
            body.putObject("sku").put("name", "FC1").put("tier", FLEX_TIER);
            body.putObject("properties").put("reserved", true);
            arm.change(arm.request("AppServicePlans_CreateOrUpdate", "PUT", farm(app), Arm.WEB)
                    .json(body.toString()));
            return true;
        }
        if (!ours(plan) || !tier(plan).equalsIgnoreCase(FLEX_TIER)) {
            throw new CloudException(
                    Kind.INVALID,
                    "plan %s is there already and is not Weft's, and the app's own plan would have that name: give the function another name there with placement.clouds[].as"
                            .formatted(app),
                    null);
        }
        return false;
    }

    /** Deletes the plan of {@code name} if Weft made it; absent is fine. */
    void deletePlan(String name) {
        JsonNode plan = arm.find("AppServicePlans_Get", arm.plan(name), Arm.WEB);
        if (plan == null || !ours(plan)) {
            return;
        }
        try {
            arm.change(arm.request("AppServicePlans_Delete", "DELETE", arm.plan(name), Arm.WEB));
        } catch (CloudException failed) {
            if (failed.kind() != Kind.ABSENT) {
                throw failed;
            }
        }
    }

    private static boolean ours(JsonNode plan) {
        return AppTags.read(plan.path("tags")).containsKey("weft.dev/cloud");
    }

    private static String tier(JsonNode plan) {
        return plan.path("sku").path("tier").asString("");
    }

    private void refuse(JsonNode plan) {
        if (tier(plan).equalsIgnoreCase(FLEX_TIER)) {
            throw new CloudException(
                    Kind.INVALID,
                    "plan %s is a Flex Consumption plan, and such a plan holds one app: spec.account.plan: flex makes one for each"
                            .formatted(options.planName()),
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
