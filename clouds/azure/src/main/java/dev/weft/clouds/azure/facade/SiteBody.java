// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Said;
import dev.weft.clouds.azure.ZippedApp;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client says that an app is to be. A field that asks for what Weft does not do is refused by its name, unless it says nothing
 * (null, false, zero, empty). For one thread, and read only once {@link #site} or another has returned.
 */
final class SiteBody {
    /** Setting: whether code is to be built; it never is. */
    static final String BUILD = "SCM_DO_BUILD_DURING_DEPLOYMENT";

    /** Setting: which function of a zip file with several is meant. */
    static final String FUNCTION = "WEFT_FUNCTION";

    /** Setting: how long a call may take, instead of what host.json says. */
    static final String TIMEOUT = "AzureFunctionsJobHost__functionTimeout";

    static final String WORKER = "FUNCTIONS_WORKER_RUNTIME";
    private static final int SETTINGS_MAX = 1000;
    private static final int INSTANCES_MAX = 1000;
    private static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,255}");
    private static final Pattern STACK = Pattern.compile("(?i)(node|java|custom)\\|?~?([0-9]{0,2})(\\.0)?");

    /** What the service says of an app itself, and what means the same here whatever is said. */
    private static final Set<String> SHOWN = Set.of(
            "name",
            "state",
            "hostNames",
            "repositorySiteName",
            "usageState",
            "enabledHostNames",
            "availabilityState",
            "lastModifiedTimeUtc",
            "resourceGroup",
            "defaultHostName",
            "sku",
            "outboundIpAddresses",
            "possibleOutboundIpAddresses",
            "inProgressOperationId",
            "slotSwapStatus",
            "suspendedTill",
            "trafficManagerHostNames",
            "targetSwapSlot",
            "isDefaultContainer",
            "maxNumberOfWorkers");

    private static final Set<String> SHOWN_CONFIG =
            Set.of("use32BitWorkerProcess", "http20Enabled", "netFrameworkVersion", "machineKey", "publishingUsername");

    @Nullable
    private String location;

    @Nullable
    private Map<String, String> tags;

    @Nullable
    private Map<String, String> settings;

    @Nullable
    private String runtime;

    @Nullable
    private Integer maxInstances;

    @Nullable
    private Integer minInstances;

    private boolean linux;
    private boolean httpsOnly;

    private SiteBody() {}

    /** A whole app, or a part of one. */
    static SiteBody site(byte[] body) throws Wrong {
        SiteBody site = new SiteBody();
        JsonNode json = object(body);
        for (Map.Entry<String, JsonNode> each : json.properties()) {
            site.root(each.getKey(), each.getValue());
        }
        for (Map.Entry<String, JsonNode> each : json.path("properties").properties()) {
            site.property("properties." + each.getKey(), each.getKey(), each.getValue());
        }
        for (Map.Entry<String, JsonNode> each :
                json.path("properties").path("siteConfig").properties()) {
            site.config("properties.siteConfig." + each.getKey(), each.getKey(), each.getValue());
        }
        site.agree();
        return site;
    }

    /** {@code config/web}. */
    static SiteBody web(byte[] body) throws Wrong {
        SiteBody site = new SiteBody();
        for (Map.Entry<String, JsonNode> each : object(body).path("properties").properties()) {
            site.config("properties." + each.getKey(), each.getKey(), each.getValue());
        }
        site.agree();
        return site;
    }

    /** Tags as labels: a colon stands where Azure's tags may have no slash. */
    static Map<String, String> labels(Map<String, String> tags) {
        Map<String, String> labels = new TreeMap<>();
        tags.forEach((name, value) -> labels.put(name.replaceFirst(":", "/"), value));
        return labels;
    }

    /** {@code tags/default}: what is to be done, and with which tags. */
    static Map<String, String> tags(JsonNode body) throws Wrong {
        return labels(strings("properties.tags", body.path("properties").path("tags")));
    }

    /** {@code config/appsettings}: all of them. */
    static SiteBody settings(byte[] body) throws Wrong {
        SiteBody site = new SiteBody();
        site.settings = strings("properties", object(body).path("properties"));
        site.agree();
        return site;
    }

    static JsonNode object(byte[] body) throws Wrong {
        try {
            JsonNode json = JsonMapper.shared().readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (JacksonException notJson) {
            // said below
        }
        throw new Wrong(new AzureError(400, "InvalidRequestContent", "the body must be a JSON object"));
    }

    @Nullable
    String location() {
        return location;
    }

    @Nullable
    Map<String, String> tags() {
        return tags;
    }

    @Nullable
    Map<String, String> settings() {
        return settings;
    }

    /** In the words of documents. */
    @Nullable
    String runtime() {
        return runtime;
    }

    @Nullable
    Integer maxInstances() {
        return maxInstances;
    }

    @Nullable
    Integer minInstances() {
        return minInstances;
    }

    /** Whether the app is one for Linux. */
    boolean linux() {
        return linux;
    }

    /** Whether the app is to be called over TLS only. */
    boolean httpsOnly() {
        return httpsOnly;
    }

    private void root(String name, JsonNode value) throws Wrong {
        switch (name) {
            case "id", "name", "type", "properties", "systemData", "etag" -> {}
            case "location" -> location = value.isNull() ? null : value.asString("");
            case "tags" -> tags = value.isNull() ? null : labels(strings("tags", value));
            case "kind" -> kind(value.asString("").toLowerCase(Locale.ROOT));
            case "identity" -> {
                if (!value.path("type").asString("None").equalsIgnoreCase("None")) {
                    throw Wrong.notDone("identity");
                }
            }
            default -> nothing(name, value);
        }
    }

    private void kind(String kind) throws Wrong {
        if (kind.isEmpty()) {
            return;
        }
        if (!kind.contains("functionapp") || kind.contains("workflowapp") || kind.contains("container")) {
            throw Wrong.invalid("kind is '" + Said.value(kind) + "'; it must be functionapp,linux");
        }
        linux |= kind.contains("linux");
    }

    private void property(String field, String name, JsonNode value) throws Wrong {
        switch (name) {
            case "siteConfig" -> {}
            case "reserved" -> linux |= value.asBoolean(false);
            case "httpsOnly" -> httpsOnly = value.asBoolean(false);
            case "enabled" -> {
                if (!value.asBoolean(true)) {
                    throw Wrong.notDone(field + " false");
                }
            }
            case "hostNameSslStates" -> {
                for (JsonNode each : value) {
                    if (!each.path("sslState").asString("Disabled").equalsIgnoreCase("Disabled")) {
                        throw Wrong.notDone(field + " other than Disabled");
                    }
                }
            }
            case "serverFarmId" -> {
                String id = value.asString("");
                String plan = id.substring(id.lastIndexOf('/') + 1);
                if (!plan.isEmpty() && !plan.equalsIgnoreCase(ArmCatalog.PLAN)) {
                    throw Wrong.invalid(field + " is '" + Said.value(id) + "'; the one plan here is " + ArmCatalog.PLAN
                            + ", or leave it out");
                }
            }
            default -> {
                if (!SHOWN.contains(name)) {
                    nothing(field, value);
                }
            }
        }
    }

    private void config(String field, String name, JsonNode value) throws Wrong {
        switch (name) {
            case "appSettings" -> settings = value.isNull() ? null : pairs(field, value);
            case "linuxFxVersion" -> {
                if (!value.asString("").isEmpty()) {
                    runtime = stack(field, value.asString(""));
                }
            }
            case "functionAppScaleLimit" -> maxInstances = number(field, value);
            case "minimumElasticInstanceCount" -> minInstances = number(field, value);
            case "numberOfWorkers" -> {
                if (value.asInt(1) > 1) {
                    throw Wrong.notDone(field + " over 1");
                }
            }
            // Weft's listeners speak 1.2 and 1.3
            case "minTlsVersion", "scmMinTlsVersion" -> {
                if (!Set.of("", "1.0", "1.1", "1.2").contains(value.asString(""))) {
                    throw Wrong.notDone(field + " over 1.2");
                }
            }
            case "scmType" -> {
                if (!value.asString("None").equals("None")) {
                    throw Wrong.notDone(field);
                }
            }
            default -> {
                if (!SHOWN_CONFIG.contains(name)) {
                    nothing(field, value);
                }
            }
        }
    }

    private static void nothing(String field, JsonNode value) throws Wrong {
        boolean none = value.isNull()
                || (value.isBoolean() && !value.asBoolean())
                || (value.isNumber() && value.asDouble() == 0)
                || (value.isString() && value.asString("").isEmpty())
                || (value.isContainer() && value.isEmpty());
        if (!none) {
            throw Wrong.notDone(Said.value(field));
        }
    }

    private static @Nullable Integer number(String field, JsonNode value) throws Wrong {
        if (value.isNull()) {
            return null;
        }
        if (!value.isInt() || value.asInt() < 0 || value.asInt() > INSTANCES_MAX) {
            throw Wrong.invalid(field + " must be a number from 0 to " + INSTANCES_MAX);
        }
        return value.asInt();
    }

    /** {@code Node|20}, {@code Java|21}. */
    private static String stack(String field, String said) throws Wrong {
        Matcher parts = STACK.matcher(said);
        String known = parts.matches() ? parts.group(1).toLowerCase(Locale.ROOT) + parts.group(2) : "";
        if (!ZippedApp.runs(known)) {
            throw Wrong.invalid(
                    field + " is '" + Said.value(said) + "'; Weft runs Node|20, Node|22, Node|24, Java|8, Java|11,"
                            + " Java|17, Java|21, Java|25, and custom handlers, for which it is empty");
        }
        return known;
    }

    private static Map<String, String> strings(String field, JsonNode value) throws Wrong {
        if (!value.isObject() || value.size() > SETTINGS_MAX) {
            throw Wrong.invalid(field + " must be an object of at most " + SETTINGS_MAX + " strings");
        }
        Map<String, String> strings = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            if (!each.getValue().isValueNode()) {
                throw Wrong.invalid(field + '.' + Said.value(each.getKey()) + " must be a string");
            }
            strings.put(each.getKey(), each.getValue().asString(""));
        }
        return strings;
    }

    private static Map<String, String> pairs(String field, JsonNode value) throws Wrong {
        if (!value.isArray() || value.size() > SETTINGS_MAX) {
            throw Wrong.invalid(field + " must be an array of at most " + SETTINGS_MAX + " names and values");
        }
        Map<String, String> pairs = new TreeMap<>();
        for (JsonNode each : value) {
            if (!each.path("name").isString()) {
                throw Wrong.invalid(field + " must be an array of objects with name and value");
            }
            pairs.put(each.path("name").asString(""), each.path("value").asString(""));
        }
        return pairs;
    }

    /** What settings say that means something here must be what is done. */
    private void agree() throws Wrong {
        if (settings == null) {
            return;
        }
        for (Map.Entry<String, String> each : settings.entrySet()) {
            String name = each.getKey();
            if (!SETTING.matcher(name).matches()) {
                throw Wrong.invalid("app setting '" + Said.value(name)
                        + "' must be letters, digits and '_', not beginning with a digit: it becomes a variable");
            }
            check(name, each.getValue());
        }
        String language = settings.getOrDefault(WORKER, "").toLowerCase(Locale.ROOT);
        if (runtime == null && language.equals("custom")) {
            runtime = language;
        }
        if (runtime != null
                && !language.isEmpty()
                && !runtime.replaceAll("[0-9]", "").equals(language)) {
            throw Wrong.invalid(
                    "app setting " + WORKER + " is '" + Said.value(language) + "', and linuxFxVersion says " + runtime);
        }
    }

    private static void check(String name, String value) throws Wrong {
        switch (name) {
            case BUILD, "ENABLE_ORYX_BUILD" -> {
                if (value.equalsIgnoreCase("true") || value.equals("1")) {
                    throw Wrong.invalid("app setting " + name
                            + " must be false: nothing is built here, packages have to be in" + " the zip file");
                }
            }
            case "WEBSITE_RUN_FROM_PACKAGE" -> {
                if (value.contains(":") && !value.contains(AppPackage.BELOW)) {
                    throw Wrong.invalid("app setting " + name
                            + " must be 0 or 1, or the address of a package in a storage account here: code does not come from"
                            + " other addresses");
                }
            }
            case "FUNCTIONS_EXTENSION_VERSION" -> {
                if (!value.startsWith("~4") && !value.startsWith("4")) {
                    throw Wrong.invalid("app setting " + name + " is '" + Said.value(value) + "'; it must be ~4");
                }
            }
            case TIMEOUT -> {
                String ignored = SiteDraft.timeout(value);
            }
            default -> {}
        }
    }
}
