// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is particular about Flex plans in {@link FakeAzure}: one app a plan, {@code functionAppConfig} in place of the settings
 * that other plans take, and the apps' deployment hosts, which are under {@link #HOSTS} here.
 */
final class FakeFlex {
    static final String HOSTS = "/scm/";

    /** What One Deploy calls the package; nobody may count on it. */
    static final String PACKAGE = "released-package.zip";

    private static final Pattern HOST = Pattern.compile(HOSTS + "([^/]+)/(.*)");
    private static final Set<String> REFUSED = Set.of(
            "WEBSITE_RUN_FROM_PACKAGE",
            "FUNCTIONS_WORKER_RUNTIME",
            "FUNCTIONS_EXTENSION_VERSION",
            "WEBSITE_CONTENTSHARE",
            "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING");
    private static final Set<String> RUNTIMES = Set.of("node", "java", "custom", "python", "dotnet-isolated");

    /** One package that was pushed, and how often it was asked after. */
    static final class Deployment {
        final String id = UUID.randomUUID().toString();
        final byte[] zip;
        int asked;

        Deployment(byte[] zip) {
            this.zip = zip;
        }
    }

    private final FakeAzure azure;
    /** Why every deployment fails; null where they don't. */
    @Nullable
    String broken;
    /** Fewest instances that an app may be limited to. */
    int instancesMin;
    /** Whether a host forgets its deployment when it restarts with the new code, as some do. */
    boolean forgetful;
    /** Whether a host knows its latest deployment only. */
    boolean latestOnly;
    /** Whether no deployment ever ends. */
    boolean endless;
    /** How many packages are turned away because another one is on its way. */
    int turnedAway;

    FakeFlex(FakeAzure azure) {
        this.azure = azure;
        clear();
    }

    void clear() {
        broken = null;
        instancesMin = 1;
        forgetful = false;
        latestOnly = false;
        endless = false;
        turnedAway = 0;
    }

    /** What Azure refuses of a site; null where it takes it, in its own spelling. */
    FakeAzure.@Nullable Answer refuse(ObjectNode farm, String name, ObjectNode site) {
        JsonNode config = site.path("properties").path("functionAppConfig");
        boolean flex = farm.path("sku").path("tier").asString("").equals("FlexConsumption");
        if (flex != config.isObject()) {
            return bad(flex ? "Site.FunctionAppConfig is required." : "Site.FunctionAppConfig is not for this plan.");
        }
        if (!flex) {
            return null;
        }
        String plan = site.path("properties").path("serverFarmId").asString("");
        boolean full = azure.sites().entrySet().stream()
                .anyMatch(each -> !each.getKey().equals(name)
                        && each.getValue()
                                .json
                                .path("properties")
                                .path("serverFarmId")
                                .asString("")
                                .equalsIgnoreCase(plan));
        if (full) {
            return bad("A Flex Consumption plan has one app.");
        }
        JsonNode web = site.path("properties").path("siteConfig");
        Map<String, String> settings = new TreeMap<>();
        FakeSite before = azure.sites().get(name);
        if (before != null) {
            settings.putAll(before.settings);
        }
        web.path("appSettings")
                .forEach(each -> settings.put(
                        each.path("name").asString(""), each.path("value").asString("")));
        for (String each : List.of("linuxFxVersion", "functionAppScaleLimit", "minimumElasticInstanceCount")) {
            if (web.path(each).isValueNode() && !web.path(each).isNull()) {
                return bad("Site.SiteConfig." + each + " is not supported for Flex Consumption.");
            }
        }
        FakeAzure.Answer refused = settings(settings);
        return refused == null ? config((ObjectNode) config, settings, (ObjectNode) site.path("properties")) : refused;
    }

    private FakeAzure.@Nullable Answer config(ObjectNode config, Map<String, String> settings, ObjectNode properties) {
        JsonNode storage = config.path("deployment").path("storage");
        JsonNode login = storage.path("authentication");
        String container = storage.path("value").asString("").replaceFirst(".*/", "");
        String secret = login.path("storageAccountConnectionStringName").asString("");
        boolean allowed = login.path("type").asString("").equals("SystemAssignedIdentity")
                || (login.path("type").asString("").equals("StorageAccountConnectionString")
                        && settings.containsKey(secret));
        boolean stored = allowed
                && storage.path("type").asString("").equals("blobContainer")
                && azure.blobs.containers().contains(container);
        if (!stored) {
            return bad("Site.FunctionAppConfig.Deployment.Storage is invalid.");
        }
        String runtime = config.path("runtime").path("name").asString("");
        if (!RUNTIMES.contains(runtime)
                || config.path("runtime").path("version").asString("").isEmpty()) {
            return bad("Site.FunctionAppConfig.Runtime.Name is invalid. '%s' is not supported.".formatted(runtime));
        }
        ObjectNode scale = (ObjectNode) config.path("scaleAndConcurrency");
        if (!Set.of(512, 2048, 4096).contains(scale.path("instanceMemoryMB").asInt(0))) {
            return bad("Site.FunctionAppConfig.ScaleAndConcurrency.InstanceMemoryMB is invalid.");
        }
        int max = scale.path("maximumInstanceCount").asInt(0);
        if (max < instancesMin || max > 1000) {
            return bad("Site.FunctionAppConfig.ScaleAndConcurrency.MaximumInstanceCount is invalid. It is %d to 1000."
                    .formatted(instancesMin));
        }
        for (JsonNode each : scale.withArray("alwaysReady")) {
            ObjectNode one = (ObjectNode) each;
            one.put("name", one.path("name").asString("").toLowerCase(Locale.ROOT));
        }
        properties.put("sku", "FlexConsumption");
        return null;
    }

    private static FakeAzure.@Nullable Answer settings(Map<String, String> settings) {
        Set<String> wrong = new HashSet<>(settings.keySet());
        wrong.retainAll(REFUSED);
        return wrong.isEmpty() ? null : bad("App setting " + wrong + " is not supported on Flex Consumption.");
    }

    /** Replaces an app's settings. */
    FakeAzure.Answer settings(FakeSite site, JsonNode properties) {
        Map<String, String> settings = new TreeMap<>();
        properties
                .properties()
                .forEach(each -> settings.put(each.getKey(), each.getValue().asString("")));
        FakeAzure.Answer refused = FlexConfig.in(site.json) ? settings(settings) : null;
        if (refused != null) {
            return refused;
        }
        site.settings.clear();
        site.settings.putAll(settings);
        return FakeAzure.Answer.of(200, site.list());
    }

    private static FakeAzure.Answer bad(String words) {
        return FakeAzure.Answer.error(400, "BadRequest", words);
    }

    /** As a list has a site; whether one has the configuration is not documented, so that it may not be counted on. */
    static ObjectNode listed(ObjectNode site) {
        ObjectNode listed = site.deepCopy();
        listed.withObject("properties").remove("functionAppConfig");
        return listed;
    }

    /** An app's deployment host: One Deploy, and how far a deployment is. */
    FakeAzure.Answer host(FakeAzure.Came request) {
        Matcher to = HOST.matcher(request.path());
        FakeSite site = to.matches() ? azure.sites().get(to.group(1)) : null;
        if (site == null || !FlexConfig.in(site.json)) {
            return FakeAzure.Answer.error(404, "NotFound", "");
        }
        String app = to.group(1);
        if (request.method().equals("POST") && to.group(2).equals("api/publish")) {
            if (!"application/zip".equals(request.headers().get("content-type"))) {
                return FakeAzure.Answer.error(400, "BadRequest", "a zip is wanted");
            }
            if (turnedAway-- > 0) {
                return FakeAzure.Answer.error(409, "", "There may be an ongoing deployment.");
            }
            end(app, site);
            Deployment begun = new Deployment(request.body());
            site.deployment = begun;
            return new FakeAzure.Answer(202, '"' + begun.id + '"', Map.of());
        }
        Deployment running = site.deployment;
        boolean asked = running != null
                && Set.of("api/deployments/latest", "api/deployments/" + (latestOnly ? "" : running.id))
                        .contains(to.group(2));
        if (!request.method().equals("GET") || !asked || running == null) {
            return FakeAzure.Answer.error(404, "NotFound", "");
        }
        if (running.asked++ == 0 || endless) {
            return FakeAzure.Answer.of(202, FakeAzure.json().put("status", 1));
        }
        String why = broken;
        if (why != null) {
            site.deployment = null;
            return FakeAzure.Answer.of(200, FakeAzure.json().put("status", 3).put("status_text", why));
        }
        end(app, site);
        return forgetful
                ? FakeAzure.Answer.error(404, "NotFound", "")
                : FakeAzure.Answer.of(200, FakeAzure.json().put("status", 4).put("complete", true));
    }

    private void end(String app, FakeSite site) {
        Deployment running = site.deployment;
        if (running != null && running.asked >= 0) {
            String address = FlexConfig.storage(site.json).path("value").asString("");
            azure.blobs.write(address.replaceFirst(".*/", ""), PACKAGE, running.zip);
            site.index(app, running.zip);
            running.asked = Integer.MIN_VALUE;
        }
    }

    /** An app on a Flex plan that somebody made by other means. */
    void foreign(String name) {
        ObjectNode json = FakeAzure.json().put("kind", "functionapp,linux").put("location", "westeurope");
        json.putObject("tags").put("team", "theirs");
        ObjectNode farm = FakeAzure.json();
        farm.putObject("sku").put("tier", "FlexConsumption");
        azure.plans.put("ASP-" + name, farm);
        ObjectNode properties = json.putObject("properties")
                .put("serverFarmId", azure.group() + "/providers/Microsoft.Web/serverfarms/ASP-" + name);
        ObjectNode config = properties.putObject("functionAppConfig");
        config.putObject("deployment")
                .putObject("storage")
                .put("type", "blobContainer")
                .put("value", azure.uri() + "/" + FakeAzure.STORAGE + "/theirs")
                .putObject("authentication")
                .put("type", "SystemAssignedIdentity");
        config.putObject("runtime").put("name", "node").put("version", "22");
        config.putObject("scaleAndConcurrency").put("instanceMemoryMB", 2048).put("maximumInstanceCount", 100);
        azure.blobs.make("theirs");
        azure.blobs.write("theirs", PACKAGE, "theirs".getBytes(StandardCharsets.UTF_8));
        azure.put(name, json);
        azure.settingsOf(name).put("THEIRS", "a-value-of-theirs");
    }
}
