// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.facade.Alias;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Versions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An alias as Function Compute's clients say and read it. Pure. Source: Alibaba's SDK 4.6.4, {@code CreateAliasInput}. */
final class FcAlias {
    private static final Pattern NAME = Pattern.compile("(?!LATEST$)[A-Za-z_][A-Za-z0-9_-]{0,127}");
    private static final Set<String> DONE = Set.of("aliasName", "versionId", "description", "additionalVersionWeight");

    private FcAlias() {}

    /** What a client says; what it leaves out is as in {@code before}. */
    static Alias of(String name, JsonNode said, @Nullable Alias before) throws FcPut.Wrong {
        FcPut.onlyThese(said, DONE);
        if (!NAME.matcher(name).matches()) {
            throw wrong(
                    "aliasName must be letters, digits, '_' and '-', at most 128, must not begin with a digit or '-',"
                            + " and must not be LATEST");
        }
        String version = FcPut.text(said, "versionId");
        String number = version != null ? version : before == null ? "" : before.version();
        if (!Versions.isNumber(number) && (version != null || before == null)) {
            throw wrong("versionId must be a version's number, got '" + Said.value(number) + "'");
        }
        Map<String, Double> weights = new TreeMap<>(before == null ? Map.of() : before.weights());
        JsonNode additional = said.path("additionalVersionWeight");
        if (!additional.isMissingNode() && !additional.isNull()) {
            weights.clear();
            weights.putAll(weights(additional));
        }
        String description = FcPut.text(said, "description");
        return new Alias(
                name, number, description != null ? description : before == null ? "" : before.description(), weights);
    }

    private static Map<String, Double> weights(JsonNode said) throws FcPut.Wrong {
        Map<String, Double> weights = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            double share = each.getValue().isNumber() ? each.getValue().asDouble() : -1;
            if (!Versions.isNumber(each.getKey()) || !(share >= 0 && share <= 1)) {
                throw wrong("additionalVersionWeight must be a version's number with a share from 0 to 1");
            }
            weights.put(each.getKey(), share);
        }
        if (!said.isObject() || weights.size() > 1) {
            throw wrong("additionalVersionWeight takes one version");
        }
        return weights;
    }

    private static FcPut.Wrong wrong(String message) {
        return new FcPut.Wrong(FcError.invalid(message));
    }

    /** As Function Compute's clients read it. */
    static ObjectNode shown(Alias alias) {
        ObjectNode shown = FcFunctions.object()
                .put("aliasName", alias.name())
                .put("versionId", alias.version().equals(Versions.LATEST) ? "LATEST" : alias.version())
                .put("description", alias.description());
        ObjectNode weights = shown.putObject("additionalVersionWeight");
        alias.weights().forEach(weights::put);
        return shown;
    }
}
