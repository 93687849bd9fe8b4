// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.clouds.azure.call.CallTarget;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An app as Azure's answers have it. Its settings are redacted in every text. Pure.
 *
 * @param site the site itself
 * @param web its web configuration
 * @param functions what the app's host says it has
 * @param trouble why the functions could not be asked for; empty where they could
 * @param mark what stands for the code in a Flex app's container; null where that can't be known, and on other plans
 */
record Snapshot(
        JsonNode site,
        JsonNode web,
        AppSettings settings,
        List<JsonNode> functions,
        String trouble,
        @Nullable String mark) {
    Snapshot {
        functions = List.copyOf(functions);
    }

    /** Whether a site is a function app, and none of Logic Apps. */
    static boolean functionApp(JsonNode site) {
        String kind = site.path("kind").asString("").toLowerCase(Locale.ROOT);
        return kind.contains("functionapp") && !kind.contains("workflowapp");
    }

    String name() {
        return site.path("name").asString("");
    }

    String region() {
        return site.path("location").asString("");
    }

    /** The plan's own name. */
    String plan() {
        String id = site.path("properties").path("serverFarmId").asString("");
        return id.substring(id.lastIndexOf('/') + 1);
    }

    Map<String, String> tags() {
        return AppTags.read(site.path("tags"));
    }

    /** The function that the document named; empty where it named none. */
    String handler() {
        return tags().getOrDefault(AppTags.HANDLER, "");
    }

    /** Whether it is on a Flex plan. */
    boolean flex() {
        return FlexConfig.in(site);
    }

    String runtime() {
        if (flex()) {
            return FlexConfig.runtimeOf(site);
        }
        String fx = web.path("properties").path("linuxFxVersion").asString("");
        return AppWords.runtime(fx, settings.values().getOrDefault(AppSettings.WORKER, ""));
    }

    int maxInstances() {
        return web.path("properties").path("functionAppScaleLimit").asInt(0);
    }

    int minInstances() {
        return web.path("properties").path("minimumElasticInstanceCount").asInt(0);
    }

    /** The host that takes the app's code and gives it back. */
    URI deployments() {
        for (JsonNode each : site.path("properties").path("hostNameSslStates")) {
            if (each.path("hostType").asString("").equalsIgnoreCase("Repository")) {
                return URI.create("https://" + each.path("name").asString(""));
            }
        }
        throw new CloudException(Kind.INVALID, "app %s has no deployment host".formatted(name()), null);
    }

    /** Hash of the package that it runs; null where it runs none of ours. */
    @Nullable
    String version() {
        if (!flex()) {
            return Packages.hash(settings.packaged());
        }
        String code = tags().getOrDefault(Ownership.CODE, "");
        return mark != null && mark.equals(tags().get(AppTags.RELEASED)) && !code.isEmpty() ? code : null;
    }

    private boolean touched(Ownership owner) {
        if (flex()) {
            String released = tags().get(AppTags.RELEASED);
            return released != null && mark != null && !released.equals(mark);
        }
        // what was not finished is no other's doing: the tag with the hash is the last to be written
        return settings.deployed() && !owner.code().isEmpty() && !owner.code().equals(version());
    }

    /** Whose instances its function runs on, on a Flex plan. */
    String group() {
        JsonNode function = function();
        if (function == null) {
            return FlexConfig.HTTP;
        }
        for (JsonNode each : function.path("properties").path("config").path("bindings")) {
            String type = each.path("type").asString("");
            if (type.toLowerCase(Locale.ROOT).endsWith("trigger")) {
                return FlexConfig.group(functionName(function), type);
            }
        }
        return FlexConfig.HTTP;
    }

    Seen seen() {
        Ownership owner = AppTags.owner(tags());
        String hash = version();
        boolean touched = owner != null && touched(owner);
        CallTarget target = target();
        String state = state(target);
        String host = site.path("properties").path("defaultHostName").asString("");
        return new Seen(
                name(),
                owner,
                AppWords.seen(this),
                touched,
                null,
                hash,
                state,
                target == null || host.isEmpty()
                        ? null
                        : target.in(name(), URI.create("https://" + host), AppWords.location(region())));
    }

    private String state(@Nullable CallTarget target) {
        JsonNode properties = site.path("properties");
        String word = properties.path("state").asString("");
        if (!word.isEmpty() && !word.equals("Running")) {
            return word;
        }
        if (!properties.path("enabled").asBoolean(true)) {
            return "disabled";
        }
        if (target != null) {
            return Seen.READY;
        }
        if (!trouble.isEmpty()) {
            return trouble;
        }
        List<String> names = functions.stream().map(Snapshot::functionName).toList();
        if (names.isEmpty()) {
            return "its host lists no function yet";
        }
        return handler().isEmpty()
                ? "it has %d functions, and spec.handler names none: %s"
                        .formatted(names.size(), String.join(", ", names))
                : "it has no function %s that is enabled, but %s".formatted(handler(), String.join(", ", names));
    }

    private static String functionName(JsonNode function) {
        String name = function.path("properties").path("name").asString("");
        String path = function.path("name").asString("");
        return name.isEmpty() ? path.substring(path.lastIndexOf('/') + 1) : name;
    }

    private @Nullable CallTarget target() {
        JsonNode function = function();
        return function == null ? null : target(function);
    }

    /** The one that calls are for; null where none or several could be. */
    private @Nullable JsonNode function() {
        List<JsonNode> enabled = functions.stream()
                .filter(each -> !each.path("properties").path("isDisabled").asBoolean(false))
                .filter(each -> handler().isEmpty() || functionName(each).equalsIgnoreCase(handler()))
                .toList();
        return enabled.size() == 1 ? enabled.getFirst() : null;
    }

    private static CallTarget target(JsonNode function) {
        JsonNode properties = function.path("properties");
        String name = functionName(function);
        for (JsonNode each : properties.path("config").path("bindings")) {
            if (each.path("type").asString("").equalsIgnoreCase("httpTrigger")) {
                List<String> methods = new ArrayList<>();
                each.path("methods")
                        .forEach(method -> methods.add(method.asString("").toUpperCase(Locale.ROOT)));
                String level = each.path("authLevel").asString("function").toLowerCase(Locale.ROOT);
                CallTarget.Key key =
                        switch (level) {
                            case "anonymous" -> CallTarget.Key.NONE;
                            case "admin", "system" -> CallTarget.Key.MASTER;
                            default -> CallTarget.Key.FUNCTION;
                        };
                return new CallTarget(name, true, path(properties, each, name), methods, key);
            }
        }
        return new CallTarget(name, false, "", List.of(), CallTarget.Key.MASTER);
    }

    /** The path in the function's address as Azure writes it, parameters in braces. */
    private static String path(JsonNode properties, JsonNode trigger, String name) {
        String address = properties.path("invoke_url_template").asString("");
        int host = address.indexOf("://");
        int path = host < 0 ? -1 : address.indexOf('/', host + 3);
        if (path >= 0) {
            return address.substring(path + 1);
        }
        String route = trigger.path("route").asString("");
        return "api/" + (route.isEmpty() ? name : route);
    }

    @Override
    public String toString() {
        return "Snapshot[" + name() + "]";
    }
}
