// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.resource.Function;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A name for one version of a function, or for two with a share of the calls each. It is kept as an annotation of the function. Pure.
 * Source: AWS Lambda API reference, "AliasConfiguration".
 *
 * @param weights shares of the calls that go to another version, from 0 to 1; at most one
 */
record Alias(String name, String version, String description, Map<String, Double> weights) {
    private static final String ANNOTATION = "aws.weft.dev/alias.";
    private static final Pattern NAME = Pattern.compile("(?![0-9]+$)[-A-Za-z0-9_]{1,128}");
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");
    private static final JsonMapper JSON = JsonMapper.shared();

    Alias {
        weights = Map.copyOf(weights);
    }

    /** The annotation that an alias of that name is kept as. */
    static String annotation(String name) {
        return ANNOTATION + name;
    }

    /** Whether {@code annotation} is an alias. */
    static boolean annotates(String annotation) {
        return annotation.startsWith(ANNOTATION);
    }

    /** The alias of that name; null where {@code function} has none. */
    static @Nullable Alias of(Function function, String name) {
        return read(name, function.metadata().annotations().get(annotation(name)));
    }

    /** All of a function's, by name. */
    static Map<String, Alias> all(Map<String, String> annotations) {
        Map<String, Alias> all = new TreeMap<>();
        annotations.forEach((key, value) -> {
            if (key.startsWith(ANNOTATION)) {
                String name = key.substring(ANNOTATION.length());
                Alias alias = read(name, value);
                if (alias != null) {
                    all.put(name, alias);
                }
            }
        });
        return all;
    }

    private static @Nullable Alias read(String name, @Nullable String kept) {
        try {
            return kept == null ? null : of(name, JSON.readTree(kept), null);
        } catch (JacksonException | Described.Wrong others) {
            return null;
        }
    }

    /** What a client says; what it leaves out is as in {@code before}. */
    static Alias of(String name, JsonNode said, @Nullable Alias before) throws Described.Wrong {
        if (!NAME.matcher(name).matches()) {
            throw Described.wrong(
                    "the alias's Name must be letters, digits, '-' and '_', at most 128 and not digits only");
        }
        String version = said.path("FunctionVersion").asString(before == null ? "" : before.version);
        if (!version.equals(LambdaName.LATEST) && !VERSION.matcher(version).matches()) {
            throw Described.wrong("FunctionVersion must be a version's number or " + LambdaName.LATEST);
        }
        Map<String, Double> weights = new TreeMap<>(before == null ? Map.of() : before.weights);
        JsonNode routing = said.path("RoutingConfig");
        if (routing.isObject()) {
            weights.clear();
            for (Map.Entry<String, JsonNode> each :
                    routing.path("AdditionalVersionWeights").properties()) {
                double share = each.getValue().asDouble(-1);
                if (!VERSION.matcher(each.getKey()).matches() || !(share >= 0 && share <= 1)) {
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
        if (!weights.isEmpty() && version.equals(LambdaName.LATEST)) {
            throw Described.wrong("an alias of " + LambdaName.LATEST + " has no RoutingConfig; name a version");
        }
        String description = said.path("Description").asString(before == null ? "" : before.description);
        return new Alias(name, version, description, weights);
    }

    /** What the annotation holds. */
    String kept() {
        return JSON.writeValueAsString(fields());
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Name", name);
        fields.put("FunctionVersion", version);
        fields.put("Description", description);
        if (!weights.isEmpty()) {
            fields.put("RoutingConfig", Map.of("AdditionalVersionWeights", new TreeMap<>(weights)));
        }
        return fields;
    }

    /** As Lambda's clients read it. */
    Map<String, Object> shown(String functionArn) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("AliasArn", functionArn + ':' + name);
        shown.putAll(fields());
        return shown;
    }

    /** Whether calls of it may reach that version. */
    boolean leadsTo(String other) {
        return version.equals(other) || weights.containsKey(other);
    }

    /** The version that one call goes to. */
    String pick(RandomGenerator random) {
        double at = weights.isEmpty() ? 1 : random.nextDouble();
        for (Map.Entry<String, Double> each : weights.entrySet()) {
            if (at < each.getValue()) {
                return each.getKey();
            }
        }
        return version;
    }
}
