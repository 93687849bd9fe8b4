// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Alias;
import dev.weft.api.facade.Versions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An alias as Lambda's clients say and read it. Pure. Source: AWS Lambda API reference, "AliasConfiguration". */
final class AliasForm {
    private static final Pattern NAME = Pattern.compile("(?![0-9]+$)[-A-Za-z0-9_]{1,128}");

    private AliasForm() {}

    /** What a client says; what it leaves out is as in {@code before}. */
    static Alias of(String name, JsonNode said, @Nullable Alias before) throws Described.Wrong {
        if (!NAME.matcher(name).matches()) {
            throw Described.wrong(
                    "the alias's Name must be letters, digits, '-' and '_', at most 128 and not digits only");
        }
        JsonNode named = said.path("FunctionVersion");
        String version = !named.isString() && before != null
                ? before.version()
                : named.asString("").equals(LambdaName.LATEST) ? Versions.LATEST : number(named.asString(""));
        Map<String, Double> weights = new TreeMap<>(before == null ? Map.of() : before.weights());
        JsonNode routing = said.path("RoutingConfig");
        if (routing.isObject()) {
            weights.clear();
            for (Map.Entry<String, JsonNode> each :
                    routing.path("AdditionalVersionWeights").properties()) {
                double share = each.getValue().asDouble(-1);
                if (!Versions.isNumber(each.getKey()) || !(share >= 0 && share <= 1)) {
                    throw Described.wrong(
                            "RoutingConfig.AdditionalVersionWeights must be a version's number with a share"
                                    + " from 0 to 1");
                }
                weights.put(each.getKey(), share);
            }
            if (weights.size() > 1) {
                throw Described.wrong("RoutingConfig.AdditionalVersionWeights takes one version");
            }
        }
        if (!weights.isEmpty() && version.equals(Versions.LATEST)) {
            throw Described.wrong("an alias of " + LambdaName.LATEST + " has no RoutingConfig; name a version");
        }
        String description = said.path("Description").asString(before == null ? "" : before.description());
        return new Alias(name, version, description, weights);
    }

    private static String number(String version) throws Described.Wrong {
        if (!Versions.isNumber(version)) {
            throw Described.wrong("FunctionVersion must be a version's number or " + LambdaName.LATEST);
        }
        return version;
    }

    /** As Lambda's clients read it. */
    static Map<String, Object> shown(Alias alias, String functionArn) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("AliasArn", functionArn + ':' + alias.name());
        shown.put("Name", alias.name());
        shown.put("FunctionVersion", alias.version().equals(Versions.LATEST) ? LambdaName.LATEST : alias.version());
        shown.put("Description", alias.description());
        if (!alias.weights().isEmpty()) {
            shown.put("RoutingConfig", Map.of("AdditionalVersionWeights", new TreeMap<>(alias.weights())));
        }
        return shown;
    }
}
