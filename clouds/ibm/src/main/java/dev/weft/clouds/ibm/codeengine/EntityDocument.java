// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.ActionCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A function's or an app's document, both ways. Code Engine has no tags, so Weft's are variables of the function's
 * environment with names of their own; they hold nothing secret and are not among the settings. Pure.
 */
final class EntityDocument {
    static final String DIGEST = "WEFT_DIGEST";

    /** Which variable stands for which of Weft's tags. */
    static final Map<String, String> TAGS = Map.of(
            Ownership.APPLICATION, "WEFT_APPLICATION",
            Ownership.FUNCTION, "WEFT_FUNCTION",
            Ownership.CODE, "WEFT_CODE",
            Ownership.SETTINGS, "WEFT_SETTINGS");

    /** Names that a function's own variables can't have. */
    static final Set<String> RESERVED =
            Set.of("WEFT_APPLICATION", "WEFT_FUNCTION", "WEFT_CODE", "WEFT_SETTINGS", DIGEST);

    /** Where an app's server listens: Code Engine says it in PORT. */
    static final int PORT = 8080;

    private static final String ENV = "run_env_variables";
    private static final String FROM_SECRET = "secret_key_reference";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final boolean apps;
    private final String mappings;
    private final @Nullable String registrySecret;

    EntityDocument(boolean apps, String mappings, @Nullable String registrySecret) {
        this.apps = apps;
        this.mappings = mappings;
        this.registrySecret = registrySecret;
    }

    /** OpenWhisk's kind in Code Engine's spelling: nodejs:20 is nodejs-20. */
    static String runtime(String kind) {
        return kind.replace(':', '-');
    }

    private Size size(Wanted wanted) {
        return Size.holding(wanted.function().spec().memory().bytes(), apps ? Size.OF_APPS : Size.OF_FUNCTIONS)
                .orElseThrow(() -> new IllegalArgumentException("spec.memory: was checked"));
    }

    /** The variable that stands for one of Weft's tags. */
    static String tag(String tag) {
        return TAGS.getOrDefault(tag, tag);
    }

    /** How secrets of {@code entity} are called, all but the end. */
    String secretPrefix(String entity) {
        return (apps ? "weft-app-" : "weft-function-") + (entity.isEmpty() ? "" : entity + '-');
    }

    /** The secret of Weft's that {@code entity} refers to; null where it refers to none. */
    @Nullable
    String secretOf(JsonNode entity) {
        for (JsonNode variable : entity.path(ENV)) {
            if (stored(entity.path("name").asString(""), variable)) {
                return variable.path("reference").asString("");
            }
        }
        return null;
    }

    private boolean stored(String name, JsonNode variable) {
        return variable.path("type").asString("").equals(FROM_SECRET)
                && variable.path("reference").asString("").startsWith(secretPrefix(name));
    }

    /** What {@code wanted} comes to, as far as it can be read back. */
    Map<String, String> settings(Wanted wanted, Packing packing) {
        return settings(wanted.name(), body(wanted, packing, secretPrefix(wanted.name())), wanted.secret());
    }

    /** What is there, in the same words; {@code values} are those of its secret. */
    Map<String, String> settings(JsonNode entity, Map<String, String> values) {
        return settings(entity.path("name").asString(""), entity, values);
    }

    private Map<String, String> settings(String name, JsonNode entity, Map<String, String> values) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("memory", entity.path("scale_memory_limit").asString(""));
        settings.put("cpu", entity.path("scale_cpu_limit").asString(""));
        settings.put("concurrency", entity.path("scale_concurrency").asString(""));
        settings.put(
                "visibility", visibility(entity.path("managed_domain_mappings").asString("")));
        if (apps) {
            settings.put("image", named(entity.path("image_reference").asString("")));
            settings.put("timeout", entity.path("scale_request_timeout").asString(""));
            settings.put("minInstances", entity.path("scale_min_instances").asString(""));
            settings.put("maxInstances", entity.path("scale_max_instances").asString(""));
            List<String> command = new ArrayList<>(words(entity.path("run_commands")));
            command.addAll(words(entity.path("run_arguments")));
            if (!command.isEmpty()) {
                settings.put("command", JSON.writeValueAsString(command));
            }
        } else {
            settings.put("runtime", entity.path("runtime").asString(""));
            settings.put("handler", entity.path("code_main").asString("main"));
            settings.put("timeout", entity.path("scale_max_execution_time").asString(""));
        }
        for (JsonNode variable : entity.path(ENV)) {
            String key = variable.path("name").asString("");
            if (!RESERVED.contains(key)) {
                settings.put(
                        key.isEmpty() ? "envFrom." + variable.path("reference").asString("") : "env." + key,
                        variable(name, key, variable, values));
            }
        }
        return settings;
    }

    private String variable(String name, String key, JsonNode variable, Map<String, String> values) {
        if (variable.path("type").asString("literal").equals("literal")) {
            return Ownership.sealed(name, key, variable.path("value").asString(""));
        }
        if (stored(name, variable)) {
            String value = values.get(variable.path("key").asString(""));
            return value == null
                    ? Ownership.STORED + "gone from secret "
                            + variable.path("reference").asString("")
                    : Ownership.stored(name, key, value);
        }
        return variable.path("type").asString("")
                + ' '
                + variable.path("reference").asString("")
                + ' '
                + variable.path("key").asString("");
    }

    /** Without its digest where it has a tag: a plan knows the tag of an image that is not made yet, and the code's hash the rest. */
    private static String named(String reference) {
        int at = reference.indexOf('@');
        boolean tagged = at > 0 && reference.lastIndexOf(':', at) > reference.lastIndexOf('/', at);
        return tagged ? reference.substring(0, at) : reference;
    }

    private static String visibility(String mappings) {
        return switch (mappings) {
            case "local_private" -> "private";
            case "local" -> "project";
            case "local_public" -> "public";
            default -> mappings;
        };
    }

    /** Everything but the code, its runtime, and Weft's own variables; secret ones are in {@code secret}. */
    private ObjectNode body(Wanted wanted, Packing packing, String secret) {
        Function.Spec spec = wanted.function().spec();
        ObjectNode body = JSON.createObjectNode();
        Size size = size(wanted);
        body.put("scale_memory_limit", size.memory());
        body.put("scale_cpu_limit", size.cpu());
        body.put("managed_domain_mappings", mappings);
        if (apps) {
            if (wanted.artifact() instanceof Artifact.Image image) {
                body.put("image_reference", image.reference());
            }
            body.put("image_port", PORT);
            body.put("scale_concurrency", spec.concurrency());
            body.put("scale_request_timeout", spec.timeout().toSeconds());
            body.put("scale_min_instances", spec.minInstances());
            body.put("scale_max_instances", spec.maxInstances());
            ArrayNode commands = body.putArray("run_commands");
            ArrayNode arguments = body.putArray("run_arguments");
            for (String word : packing.command()) {
                (commands.isEmpty() ? commands : arguments).add(word);
            }
        } else {
            body.put("runtime", runtime(packing.runtime()));
            body.put("code_main", packing.handler());
            body.put("scale_concurrency", 1);
            body.put("scale_max_execution_time", spec.timeout().toSeconds());
        }
        if (registrySecret != null) {
            body.put(apps ? "image_secret" : "code_secret", registrySecret);
        }
        ArrayNode env = body.putArray(ENV);
        env(wanted, packing).forEach((name, value) -> {
            if (wanted.secrets().contains(name)) {
                env.addObject()
                        .put("type", FROM_SECRET)
                        .put("name", name)
                        .put("reference", secret)
                        .put("key", name);
            } else {
                literal(env, name, value);
            }
        });
        return body;
    }

    /** The function's own variables, and its adapter's. */
    static Map<String, String> env(Wanted wanted, Packing packing) {
        Map<String, String> env = new TreeMap<>(packing.env());
        env.putAll(wanted.env());
        return env;
    }

    private static void literal(ArrayNode env, String name, String value) {
        env.addObject().put("type", "literal").put("name", name).put("value", value);
    }

    /** What creates it. */
    ObjectNode create(Wanted wanted, Packing packing, Ownership owner, String secret) {
        ObjectNode body = body(wanted, packing, secret);
        body.put("name", wanted.name());
        code(body, wanted.artifact());
        own(body, owner, digest(body));
        return body;
    }

    /** What changes it; the code is sent again only where it is another. */
    ObjectNode patch(Wanted wanted, Packing packing, Ownership owner, @Nullable String digest, String secret) {
        ObjectNode body = body(wanted, packing, secret);
        if (digest == null || apps) {
            code(body, wanted.artifact());
        }
        own(body, owner, digest == null || apps ? digest(body) : digest);
        return body;
    }

    /** What makes {@code entity} Weft's and changes nothing else. */
    ObjectNode adopt(JsonNode entity, Ownership owner) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode env = body.putArray(ENV);
        entity.path(ENV).forEach(each -> {
            if (!RESERVED.contains(each.path("name").asString(""))) {
                env.add(each);
            }
        });
        own(body, owner, digest(entity));
        return body;
    }

    private void code(ObjectNode body, Artifact artifact) {
        switch (artifact) {
            case Artifact.Image image -> {
                body.put(apps ? "image_reference" : "code_reference", image.reference());
                if (!apps) {
                    body.put("code_binary", true);
                }
            }
            case Artifact.Archive archive -> {
                boolean text = archive.form() == Packing.Form.TEXT;
                body.put(
                        "code_reference",
                        "data:" + (text ? "text/plain" : "application/zip") + ";base64,"
                                + Base64.getEncoder().encodeToString(ActionCode.bytes(archive)));
                body.put("code_binary", !text);
            }
        }
    }

    private static void own(ObjectNode body, Ownership owner, String digest) {
        ArrayNode env = (ArrayNode) body.path(ENV);
        owner.tags().forEach((tag, value) -> literal(env, tag(tag), value));
        literal(env, DIGEST, digest);
    }

    /** What tells that the code is still the one that was put there. */
    String digest(JsonNode entity) {
        String reference =
                entity.path(apps ? "image_reference" : "code_reference").asString("");
        int data = reference.startsWith("data:") ? reference.indexOf(',') : -1;
        if (data >= 0) {
            try {
                return Ownership.hash(Base64.getMimeDecoder().decode(reference.substring(data + 1)));
            } catch (IllegalArgumentException notBase64) {
                return Ownership.hash(reference.getBytes(StandardCharsets.UTF_8));
            }
        }
        return Ownership.hash(reference.getBytes(StandardCharsets.UTF_8));
    }

    /** A variable of Weft's own. */
    static @Nullable String own(JsonNode entity, String name) {
        for (JsonNode variable : entity.path(ENV)) {
            if (name.equals(variable.path("name").asString(""))) {
                return variable.path("value").asString("");
            }
        }
        return null;
    }

    static @Nullable Ownership owner(JsonNode entity) {
        String application = own(entity, "WEFT_APPLICATION");
        String function = own(entity, "WEFT_FUNCTION");
        String code = own(entity, "WEFT_CODE");
        String settings = own(entity, "WEFT_SETTINGS");
        return application == null || function == null
                ? null
                : new Ownership(application, function, code == null ? "" : code, settings == null ? "" : settings);
    }

    /** What a document says of it, its code aside; {@code stored} are the values of its secret. What is in a registry stays there. */
    Found found(JsonNode entity, Map<String, String> stored) {
        Map<String, String> env = variables(entity);
        env.putAll(stored);
        String memory = entity.path("scale_memory_limit").asString("");
        long bytes = (apps ? Size.OF_APPS : Size.OF_FUNCTIONS)
                .stream()
                        .filter(each -> each.memory().equals(memory))
                        .findFirst()
                        .orElse(apps ? Size.OF_APPS.get(4) : Size.OF_FUNCTIONS.getLast())
                        .bytes();
        if (apps) {
            List<String> command = new ArrayList<>(words(entity.path("run_commands")));
            command.addAll(words(entity.path("run_arguments")));
            Map<String, Object> more = new TreeMap<>();
            more.put("concurrency", entity.path("scale_concurrency").asInt(100));
            more.put("minInstances", entity.path("scale_min_instances").asInt(0));
            more.put("maxInstances", entity.path("scale_max_instances").asInt(10));
            if (!command.isEmpty()) {
                more.put("command", command);
            }
            Duration timeout =
                    Duration.ofSeconds(entity.path("scale_request_timeout").asLong(300));
            String image = entity.path("image_reference").asString("");
            return new Found(Function.Contract.HTTP, image, null, null, bytes, timeout, env, stored.keySet(), more);
        }
        String code = entity.path("code_reference").asString("");
        return new Found(
                Function.Contract.OPENWHISK,
                code.startsWith("data:") ? null : code,
                entity.path("runtime").asString("").replaceFirst("-", ":"),
                entity.path("code_main").asString("main"),
                bytes,
                Duration.ofSeconds(entity.path("scale_max_execution_time").asLong(60)),
                env,
                stored.keySet(),
                Map.of());
    }

    private static List<String> words(JsonNode list) {
        return list.valueStream().map(each -> each.asString("")).toList();
    }

    /** The literal variables that are the function's own. */
    private static Map<String, String> variables(JsonNode entity) {
        Map<String, String> env = new TreeMap<>();
        for (JsonNode variable : entity.path(ENV)) {
            String name = variable.path("name").asString("");
            if (!RESERVED.contains(name)
                    && variable.path("type").asString("literal").equals("literal")) {
                env.put(name, variable.path("value").asString(""));
            }
        }
        return env;
    }
}
