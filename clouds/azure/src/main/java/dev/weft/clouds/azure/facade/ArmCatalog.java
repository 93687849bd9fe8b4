// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Key;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Azure's clients ask before they come to apps, and what there is of it here: one tenant, one subscription of a key, one plan,
 * every location, every resource group, and storage accounts by any name, since an app can't be made without naming one. Pure.
 */
record ArmCatalog(ArmDocuments documents) {
    /** The one plan, and the resource group that it is in. */
    static final String PLAN = "weft";

    /** The plan's tier: one whose apps take their code by zip deploy, and not from a storage account. */
    static final String TIER = "ElasticPremium";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Display names; from memory, but for the first. Clients take none that is not listed. */
    private static final List<String> REGIONS = List.of(
            "Weft",
            "Australia East",
            "Australia Southeast",
            "Brazil South",
            "Canada Central",
            "Canada East",
            "Central India",
            "Central US",
            "East Asia",
            "East US",
            "East US 2",
            "France Central",
            "Germany West Central",
            "Israel Central",
            "Italy North",
            "Japan East",
            "Japan West",
            "Korea Central",
            "Mexico Central",
            "North Central US",
            "North Europe",
            "Norway East",
            "Poland Central",
            "Qatar Central",
            "South Africa North",
            "South Central US",
            "South India",
            "Southeast Asia",
            "Spain Central",
            "Sweden Central",
            "Switzerland North",
            "UAE North",
            "UK South",
            "UK West",
            "West Central US",
            "West Europe",
            "West India",
            "West US",
            "West US 2",
            "West US 3");

    private static final List<String> NODES = List.of("24", "22", "20");
    private static final List<String> JAVAS = List.of("25", "21", "17", "11", "8");

    static ObjectNode list(ArrayNode all) {
        ObjectNode list = JSON.createObjectNode();
        list.set("value", all);
        return list;
    }

    /** The cloud, as {@code az cloud} and libraries read it. */
    static ObjectNode metadata(String base) {
        ObjectNode cloud = JSON.createObjectNode()
                .put("name", "Weft")
                .put("portal", base)
                .put("resourceManager", base + '/')
                .put("graphAudience", base)
                .put("graphEndpoint", base)
                .put("galleryEndpoint", base);
        ObjectNode authentication = cloud.putObject("authentication");
        authentication
                .put("loginEndpoint", base)
                .put("tenant", Subscription.TENANT)
                .put("identityProvider", "AAD");
        authentication.putArray("audiences").add(base);
        cloud.putObject("suffixes").put("storage", "localhost");
        return cloud;
    }

    static ObjectNode tenants() {
        ArrayNode all = JSON.createArrayNode();
        all.addObject()
                .put("id", "/tenants/" + Subscription.TENANT)
                .put("tenantId", Subscription.TENANT)
                .put("displayName", "Weft");
        return list(all);
    }

    ObjectNode subscriptions() {
        return list(JSON.createArrayNode().add(subscription()));
    }

    ObjectNode subscription() {
        Key key = documents.key();
        return JSON.createObjectNode()
                .put("id", "/subscriptions/" + Subscription.of(key))
                .put("subscriptionId", Subscription.of(key))
                .put("tenantId", Subscription.TENANT)
                .put("displayName", key.namespace())
                .put("state", "Enabled");
    }

    private String under(String rest) {
        return "/subscriptions/" + Subscription.of(documents.key()) + rest;
    }

    private static String location(String displayed) {
        return displayed.toLowerCase(java.util.Locale.ROOT).replace(" ", "");
    }

    ObjectNode locations() {
        ArrayNode all = JSON.createArrayNode();
        for (String each : REGIONS) {
            all.addObject()
                    .put("id", under("/locations/" + location(each)))
                    .put("name", location(each))
                    .put("displayName", each);
        }
        return list(all);
    }

    ObjectNode regions() {
        ArrayNode all = JSON.createArrayNode();
        for (String each : REGIONS) {
            ObjectNode region = all.addObject()
                    .put("id", under("/providers/Microsoft.Web/geoRegions/" + location(each)))
                    .put("name", each)
                    .put("type", "Microsoft.Web/geoRegions");
            region.putObject("properties").put("name", each).put("displayName", each);
        }
        return list(all);
    }

    ObjectNode group(String name) {
        ObjectNode group = JSON.createObjectNode()
                .put("id", under("/resourceGroups/" + name))
                .put("name", name)
                .put("type", "Microsoft.Resources/resourceGroups")
                .put("location", AppView.WEFT);
        group.putObject("properties").put("provisioningState", "Succeeded");
        return group;
    }

    ObjectNode provider(String namespace) {
        ObjectNode provider = JSON.createObjectNode()
                .put("id", under("/providers/" + namespace))
                .put("namespace", namespace)
                .put("registrationState", "Registered");
        provider.putArray("resourceTypes");
        return provider;
    }

    ObjectNode plans() {
        return list(JSON.createArrayNode().add(plan()));
    }

    ObjectNode plan() {
        ObjectNode plan = JSON.createObjectNode()
                .put("id", documents.id(PLAN, "Microsoft.Web/serverfarms/" + PLAN))
                .put("name", PLAN)
                .put("type", "Microsoft.Web/serverfarms")
                .put("kind", "elastic")
                .put("location", AppView.WEFT);
        plan.putObject("properties")
                .put("name", PLAN)
                .put("status", "Ready")
                .put("reserved", true)
                .put("resourceGroup", PLAN)
                .put("provisioningState", "Succeeded");
        plan.putObject("sku")
                .put("name", "EP1")
                .put("tier", TIER)
                .put("size", "EP1")
                .put("family", "EP");
        return plan;
    }

    ObjectNode storage(String group, String name) {
        ObjectNode account = JSON.createObjectNode()
                .put("id", documents.id(group, "Microsoft.Storage/storageAccounts/" + name))
                .put("name", name)
                .put("type", "Microsoft.Storage/storageAccounts")
                .put("kind", "StorageV2")
                .put("location", AppView.WEFT);
        account.putObject("sku").put("name", "Standard_LRS").put("tier", "Standard");
        ObjectNode properties = account.putObject("properties").put("provisioningState", "Succeeded");
        ObjectNode endpoints = properties.putObject("primaryEndpoints");
        endpoints.put(
                "blob",
                documents.scheme() + "://" + documents.authority() + AppPackage.BELOW
                        + documents.key().id() + '/' + name + '/');
        for (String each : List.of("queue", "table", "file")) {
            endpoints.put(each, "https://" + name + '.' + each + ".invalid/");
        }
        return account;
    }

    /** Those of an account by any name: they open its packages. */
    ObjectNode storageKeys(String name) {
        ObjectNode keys = JSON.createObjectNode();
        ArrayNode all = keys.putArray("keys");
        for (String each : List.of("key1", "key2")) {
            all.addObject()
                    .put("keyName", each)
                    .put("value", StorageKey.of(documents.key(), name).text())
                    .put("permissions", "FULL");
        }
        return keys;
    }

    static ObjectNode stacks() {
        ArrayNode all = JSON.createArrayNode();
        stack(all, "node", "Node", NODES);
        stack(all, "java", "Java", JAVAS);
        stack(all, "custom", "", List.of("1.0"));
        return list(all);
    }

    private static void stack(ArrayNode all, String name, String word, List<String> versions) {
        ObjectNode stack = all.addObject()
                .put("id", "/providers/Microsoft.Web/functionAppStacks/" + name)
                .put("name", name)
                .put("type", "Microsoft.Web/functionAppStacks");
        ArrayNode majors = stack.putObject("properties")
                .put("displayText", name)
                .put("value", name)
                .put("preferredOs", "linux")
                .putArray("majorVersions");
        for (String each : versions) {
            ObjectNode settings = majors.addObject()
                    .put("displayText", name + ' ' + each)
                    .put("value", each)
                    .putArray("minorVersions")
                    .addObject()
                    .put("displayText", name + ' ' + each)
                    .put("value", each)
                    .putObject("stackSettings")
                    .putObject("linuxRuntimeSettings");
            String stacked = word.isEmpty() ? "" : word + '|' + each;
            settings.put("runtimeVersion", stacked)
                    .put("isPreview", false)
                    .put("isHidden", false)
                    .put("isDeprecated", false)
                    .put("isDefault", each.equals(versions.getFirst()))
                    .put("remoteDebuggingSupported", false);
            settings.putObject("appInsightsSettings").put("isSupported", false);
            settings.putObject("gitHubActionSettings").put("isSupported", false);
            settings.putObject("appSettingsDictionary").put("FUNCTIONS_WORKER_RUNTIME", name);
            settings.putObject("siteConfigPropertiesDictionary")
                    .put("use32BitWorkerProcess", false)
                    .put("linuxFxVersion", stacked);
            settings.putArray("supportedFunctionsExtensionVersions").add("~4");
        }
    }
}
