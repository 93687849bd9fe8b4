// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Names;
import dev.weft.api.resource.Cloud;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A draft under change, field by field; a value that is missing stands for what Google means without it. For one thread. */
final class Settings {
    /** Annotation with what the client said of the function; it means nothing here. */
    static final String DESCRIPTION = "google.weft.dev/description";

    /** Annotation with the account that the client named: what a function may do here does not depend on it. */
    static final String ACCOUNT = "google.weft.dev/service-account";

    /** Annotation with the processors: an instance has what its memory comes with here. */
    static final String CPU = "google.weft.dev/cpu";

    /** Instances of a function whose client does not say. */
    static final int INSTANCES = 100;

    /** Instances, and calls of one, at most. */
    static final int INSTANCES_MAX = 1000;

    private static final int SECONDS = 60;
    private static final int SECONDS_MAX = 3600;
    private static final int MEBIBYTES = 256;
    private static final int MEBIBYTES_MAX = 32_768;
    private static final int THOUSAND = 1000;
    private static final Pattern MEMORY = Pattern.compile("([0-9]{1,15})(k|Ki|M|Mi|G|Gi|)[bB]?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(?:\\.0+)?s");

    private final Draft before;
    private final Map<String, Object> spec;
    private Map<String, String> labels;
    private Map<String, String> env;
    private final Map<String, String> annotations;

    Settings(Draft before) {
        this.before = before;
        this.spec = new TreeMap<>(before.spec());
        this.labels = before.labels();
        this.annotations = new TreeMap<>(before.annotations());
        this.env = new TreeMap<>(before.env());
        env.keySet().removeAll(SecretReferences.of(annotations).keySet());
    }

    /** Those of a new function that the client calls {@code theirs}. */
    static Settings of(String theirs) {
        String name = Names.weft(theirs);
        Map<String, Object> spec = Map.of(
                "contract",
                "google-functions",
                "timeout",
                SECONDS + "s",
                "memory",
                MEBIBYTES + "Mi",
                "concurrency",
                1,
                "maxInstances",
                INSTANCES);
        Map<String, String> annotations = theirs.equals(name) ? Map.of() : Map.of(Draft.NAME, theirs);
        return new Settings(new Draft(name, Map.of(), annotations, spec, Map.of(), Cloud.Type.GOOGLE));
    }

    /** Without the values of secrets, which who keeps them puts in. */
    Draft draft() {
        return new Draft(before.name(), labels, annotations, spec, env, before.home());
    }

    void text(String name, String field, JsonNode value) throws Wrong {
        String said = string(field, value);
        if (said == null || said.isEmpty()) {
            spec.remove(name);
        } else {
            spec.put(name, said);
        }
    }

    void annotation(String name, String field, JsonNode value) throws Wrong {
        String said = string(field, value);
        if (said == null || said.isEmpty()) {
            annotations.remove(name);
        } else {
            annotations.put(name, said);
        }
    }

    /** 0 and nothing are {@code fallback}. */
    void number(String name, String field, JsonNode value, int most, int fallback) throws Wrong {
        int said = integer(field, value, most);
        spec.put(name, said == 0 ? fallback : said);
    }

    void seconds(String field, JsonNode value) throws Wrong {
        int said = integer(field, value, SECONDS_MAX);
        spec.put("timeout", (said == 0 ? SECONDS : said) + "s");
    }

    /** As version 1 writes it. */
    void duration(String field, JsonNode value) throws Wrong {
        String said = string(field, value);
        Matcher parts = DURATION.matcher(said == null ? SECONDS + "s" : said);
        if (!parts.matches()
                || Integer.parseInt(parts.group(1)) > SECONDS_MAX
                || Integer.parseInt(parts.group(1)) < 1) {
            throw Wrong.invalid(field + " must be whole seconds such as 60s, from 1s to " + SECONDS_MAX + "s");
        }
        spec.put("timeout", Integer.parseInt(parts.group(1)) + "s");
    }

    void mebibytes(String field, JsonNode value) throws Wrong {
        int said = integer(field, value, MEBIBYTES_MAX);
        spec.put("memory", (said == 0 ? MEBIBYTES : said) + "Mi");
    }

    /** As version 2 writes it: Kubernetes' quantities. */
    void memory(String field, JsonNode value) throws Wrong {
        String said = string(field, value);
        Matcher parts = MEMORY.matcher(said == null || said.isEmpty() ? MEBIBYTES + "Mi" : said);
        long mebibytes = parts.matches() ? mebibytes(Long.parseLong(parts.group(1)), parts.group(2)) : 0;
        if (mebibytes < 1 || mebibytes > MEBIBYTES_MAX) {
            throw Wrong.invalid(field + " must be a quantity such as 256Mi or 1G, at most 32Gi");
        }
        spec.put("memory", mebibytes + "Mi");
    }

    private static long mebibytes(long number, String unit) {
        double bytes = number
                * switch (unit) {
                    case "k" -> 1e3;
                    case "Ki" -> (double) (1 << 10);
                    case "M" -> 1e6;
                    case "Mi" -> (double) (1 << 20);
                    case "G" -> 1e9;
                    case "Gi" -> (double) (1 << 30);
                    default -> 1;
                };
        return (long) Math.min(Math.ceil(bytes / (1 << 20)), Integer.MAX_VALUE);
    }

    void env(String field, JsonNode value) throws Wrong {
        env = strings(field, value);
    }

    void secrets(String field, JsonNode value) throws Wrong {
        String said = SecretReferences.said(field, value);
        if (said == null) {
            annotations.remove(SecretReferences.ANNOTATION);
        } else {
            annotations.put(SecretReferences.ANNOTATION, said);
        }
    }

    void labels(String field, JsonNode value) throws Wrong {
        labels = strings(field, value);
    }

    private static @Nullable String string(String field, JsonNode value) throws Wrong {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw Wrong.invalid(field + " must be a string");
        }
        return value.asString();
    }

    /** A number, which may be written as a string; 0 for nothing. */
    private static int integer(String field, JsonNode value, int most) throws Wrong {
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        String text = value.asString("");
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > most) {
            throw Wrong.invalid(field + " must be a number from 0 to " + most);
        }
        return Integer.parseInt(text);
    }

    private static Map<String, String> strings(String field, JsonNode value) throws Wrong {
        Map<String, String> strings = new TreeMap<>();
        if (value.isMissingNode() || value.isNull()) {
            return strings;
        }
        if (!value.isObject() || value.size() > THOUSAND) {
            throw Wrong.invalid(field + " must be an object of at most " + THOUSAND + " strings");
        }
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            if (!each.getValue().isString()) {
                throw Wrong.invalid(field + " must be an object of strings");
            }
            strings.put(each.getKey(), each.getValue().asString());
        }
        return strings;
    }
}
