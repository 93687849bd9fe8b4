// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.CloudAccount.WithVersions.Version;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Durations;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Quantity;
import dev.weft.api.resource.Spelling;
import dev.weft.api.spi.InvokeDialect;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A function as another Weft tells of it, and what it is told of one. Its text shows no variable. Pure. */
final class SeenFunction {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final JsonNode json;

    private SeenFunction(JsonNode json) {
        this.json = json;
    }

    static SeenFunction of(JsonNode json) {
        if (json.path("name").asString("").isEmpty() || !json.path("spec").isObject()) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "what answered tells of no function: is spec.endpoint where a Weft's façade weft listens?",
                    null);
        }
        return new SeenFunction(json);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    String name() {
        return json.path("name").asString("");
    }

    String code() {
        return json.path("code").asString("");
    }

    String revision() {
        return json.path("revision").asString("");
    }

    /** Whether a client put it, so that clients may change it. */
    boolean put() {
        return json.path("put").asBoolean(false);
    }

    private Map<String, String> texts(String field) {
        Map<String, String> texts = new TreeMap<>();
        json.path(field)
                .properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asString("")));
        return texts;
    }

    private Map<String, Object> spec() {
        Map<String, Object> spec = new TreeMap<>();
        json.path("spec").properties().forEach(each -> spec.put(each.getKey(), value(each.getValue())));
        return spec;
    }

    private static Object value(JsonNode value) {
        if (value.isObject()) {
            Map<String, Object> all = new TreeMap<>();
            value.properties().forEach(each -> all.put(each.getKey(), value(each.getValue())));
            return all;
        }
        if (value.isArray()) {
            List<Object> all = new ArrayList<>();
            value.forEach(each -> all.add(value(each)));
            return all;
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        return value.isNumber() ? (Object) value.asInt() : value.asString("");
    }

    private @Nullable Ownership owner(Map<String, String> annotations) {
        String application = annotations.get(Ownership.APPLICATION);
        String function = annotations.get(Ownership.FUNCTION);
        return application == null || function == null || !put()
                ? null
                : new Ownership(
                        application,
                        function,
                        annotations.getOrDefault(Ownership.CODE, ""),
                        annotations.getOrDefault(Ownership.SETTINGS, ""));
    }

    Seen seen(Cloud cloud) {
        Map<String, String> annotations = texts("annotations");
        Ownership owner = owner(annotations);
        String version = json.path("version").asString("");
        return new Seen(
                name(),
                owner,
                settings(cloud, name(), spec(), texts("labels"), texts("env")),
                owner != null && !code().equals(annotations.get(Wire.PACKAGE)),
                revision(),
                version.isEmpty() ? null : version,
                Seen.READY,
                new InvokeDialect.Target(Objects.requireNonNull(cloud.spec().endpoint()), name(), "", Map.of()));
    }

    /** What is compared; where it runs there only if the Cloud document says where. */
    static Map<String, String> settings(
            Cloud cloud, String name, Map<String, Object> spec, Map<String, String> labels, Map<String, String> env) {
        Map<String, String> compared = new TreeMap<>(FunctionWords.labels(labels));
        placement(cloud).forEach((label, value) -> compared.put(label, labels.getOrDefault(label, value)));
        return FunctionWords.settings(name, spec, compared, env);
    }

    private static Map<String, String> placement(Cloud cloud) {
        Map<String, String> placement = new TreeMap<>();
        String clouds = cloud.spec().account().get(WeftVendor.CLOUDS);
        String strategy = cloud.spec().account().get(WeftVendor.STRATEGY);
        if (clouds != null) {
            placement.put(Draft.CLOUDS, clouds);
        }
        if (strategy != null) {
            placement.put(Draft.STRATEGY, strategy);
        }
        return placement;
    }

    /** What makes the function what {@code wanted} says. */
    static ObjectNode body(Cloud cloud, Wanted wanted, Ownership owner, String code, @Nullable String revision) {
        ObjectNode body = tags(owner, code);
        Map<String, String> labels =
                FunctionWords.labels(wanted.function().metadata().labels());
        labels.putAll(placement(cloud));
        body.set("labels", JSON.valueToTree(labels));
        body.set("spec", JSON.valueToTree(FunctionWords.spec(wanted.function().spec())));
        body.set("env", JSON.valueToTree(wanted.env()));
        body.put("code", code).put("publish", true);
        return revision == null ? body : body.put("revision", revision);
    }

    static ObjectNode tags(Ownership owner, String code) {
        Map<String, String> annotations = new TreeMap<>(owner.tags());
        annotations.put(Wire.PACKAGE, code);
        ObjectNode body = JSON.createObjectNode();
        body.set("annotations", JSON.valueToTree(annotations));
        return body;
    }

    static Version version(JsonNode json) {
        String code = json.path("annotations").path(Ownership.CODE).asString("");
        return new Version(
                json.path("version").asString(""),
                time(json.path("changed").asString("")),
                code.isEmpty() ? null : code,
                json.path("current").asBoolean(false));
    }

    private static @Nullable Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException other) {
            return null;
        }
    }

    static LogLine line(JsonNode json, String function, String cloud) {
        String invocation = json.path("invocation").asString("");
        Instant time = time(json.path("time").asString(""));
        return new LogLine(
                time == null ? Instant.EPOCH : time,
                function,
                cloud,
                json.path("instance").asString(""),
                invocation.isEmpty() ? null : invocation,
                json.path("text").asString(""));
    }

    /** What its document says. */
    Found found() {
        Map<String, Object> more = spec();
        String contract = String.valueOf(more.remove("contract"));
        Object runtime = more.remove("runtime");
        Object handler = more.remove("handler");
        String memory = String.valueOf(more.remove("memory"));
        Duration timeout = duration(String.valueOf(more.remove("timeout")));
        Function.Contract its = null;
        for (Function.Contract each : Function.Contract.values()) {
            its = Spelling.Words.of(each).equals(contract) ? each : its;
        }
        if (its == null || timeout == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    name() + " is of contract '" + contract + "' there, which this Weft does not know",
                    null);
        }
        return new Found(
                its,
                null,
                runtime == null ? null : runtime.toString(),
                handler == null ? null : handler.toString(),
                Quantity.parse(memory).bytes(),
                timeout,
                texts("env"),
                Set.of(),
                more);
    }

    private static @Nullable Duration duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException other) {
            return null;
        }
    }

    @Override
    public String toString() {
        return "SeenFunction[" + name() + ", env redacted]";
    }
}
