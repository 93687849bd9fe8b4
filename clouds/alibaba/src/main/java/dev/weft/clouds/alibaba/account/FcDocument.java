// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A function as Function Compute writes it down, from what is wanted and into readable settings. Pure. */
public final class FcDocument {
    /** Where a custom runtime's program listens. */
    public static final int PORT = 9000;

    /** Megabytes of disk, the smaller of the two that there are. */
    public static final int DISK = 512;

    /** Tag with the checksum that the cloud itself gave for the code that Weft put there. */
    public static final String CHECKSUM = "weft.dev/checksum";

    /** Annotation that names the virtual processors, in place of half of the memory's gibibytes. */
    public static final String CPU = "alibabacloud.com/cpu";

    /** What of a document says where the function's log goes. */
    public static final String LOG_CONFIG = "logConfig";

    /** The setting that shows it. */
    public static final String LOG = "log";

    private static final String INITIALIZER = "alibabacloud.com/initializer";
    private static final String PRE_STOP = "alibabacloud.com/pre-stop";
    private static final String OWN_TAGS = "weft.dev/";
    private static final String OWN_ENV = "WEFT_";
    private static final int HOOK_SECONDS = 60;
    private static final BigDecimal CPU_STEP = new BigDecimal("0.05");
    private static final JsonMapper JSON = JsonMapper.shared();

    private FcDocument() {}

    /** All that {@code wanted} says but its name, code and tags. */
    public static ObjectNode body(Wanted wanted, Packing packing, String role) {
        Function.Spec spec = wanted.function().spec();
        ObjectNode body = JSON.createObjectNode()
                .put("runtime", packing.runtime())
                .put("handler", packing.handler())
                .put("memorySize", spec.memory().mebibytes())
                .put("cpu", cpu(wanted.function()))
                .put("diskSize", DISK)
                .put("timeout", spec.timeout().toSeconds())
                .put("instanceConcurrency", custom(packing.runtime()) ? spec.concurrency() : 1)
                .put("role", role);
        ObjectNode env = body.putObject("environmentVariables");
        new TreeMap<>(wanted.env()).forEach(env::put);
        new TreeMap<>(packing.env()).forEach(env::put);
        if (custom(packing.runtime())) {
            env.put("PORT", Integer.toString(PORT));
            ObjectNode started = body.putObject("customRuntimeConfig").put("port", PORT);
            packing.command().forEach(started.putArray("command")::add);
        }
        ObjectNode hooks = body.putObject("instanceLifecycleConfig");
        Map<String, String> annotations = wanted.function().metadata().annotations();
        hook(hooks, "initializer", annotations.getOrDefault(INITIALIZER, ""));
        hook(hooks, "preStop", annotations.getOrDefault(PRE_STOP, ""));
        return body;
    }

    private static void hook(ObjectNode hooks, String name, String handler) {
        hooks.putObject(name).put("handler", handler).put("timeout", HOOK_SECONDS);
    }

    /** Half a virtual processor for each gibibyte, in the cloud's steps, unless the annotation says otherwise. */
    public static BigDecimal cpu(Function function) {
        String said = function.metadata().annotations().get(CPU);
        if (said != null) {
            return new BigDecimal(said);
        }
        return BigDecimal.valueOf(function.spec().memory().mebibytes())
                .divide(BigDecimal.valueOf(2048), 10, RoundingMode.UP)
                .divide(CPU_STEP, 0, RoundingMode.UP)
                .multiply(CPU_STEP);
    }

    /** Whether a program of the user's own serves the calls. */
    public static boolean custom(String runtime) {
        return runtime.equals("custom") || runtime.startsWith("custom.");
    }

    /** The tags of {@code document}. */
    public static Map<String, String> tags(JsonNode document) {
        Map<String, String> tags = new TreeMap<>();
        document.path("tags")
                .forEach(each -> tags.put(
                        each.path("Key").asString(each.path("key").asString("")),
                        each.path("Value").asString(each.path("value").asString(""))));
        return tags;
    }

    /** Whose it is; null where it is not Weft's. What was never finished has no hashes. */
    public static @Nullable Ownership owner(Map<String, String> tags) {
        String application = tags.get(Ownership.APPLICATION);
        String function = tags.get(Ownership.FUNCTION);
        return application == null || function == null
                ? null
                : new Ownership(
                        application,
                        function,
                        tags.getOrDefault(Ownership.CODE, ""),
                        tags.getOrDefault(Ownership.SETTINGS, ""));
    }

    /** Whether a tag is neither Weft's nor the platform's. */
    public static boolean usersTag(String key) {
        return !key.startsWith(OWN_TAGS) && !key.startsWith("acs:") && !key.startsWith("aliyun");
    }

    /** What a person would say of {@code document}; no value of the environment is among it. */
    public static Map<String, String> settings(JsonNode document, String name, Map<String, String> tags) {
        Map<String, String> settings = new TreeMap<>();
        String runtime = document.path("runtime").asString("");
        settings.put("runtime", runtime);
        settings.put("handler", document.path("handler").asString(""));
        settings.put("memory", number(document.path("memorySize")));
        settings.put("cpu", number(document.path("cpu")));
        settings.put("disk", number(document.path("diskSize")));
        settings.put("timeout", number(document.path("timeout")));
        settings.put("concurrency", number(document.path("instanceConcurrency")));
        given(settings, "role", document.path("role"));
        JsonNode log = document.path(LOG_CONFIG);
        if (!log.path("project").asString("").isEmpty()) {
            settings.put(
                    LOG,
                    log.path("project").asString() + '/' + log.path("logstore").asString(""));
        }
        JsonNode hooks = document.path("instanceLifecycleConfig");
        given(settings, "initializer", hooks.path("initializer").path("handler"));
        given(settings, "pre-stop", hooks.path("preStop").path("handler"));
        boolean custom = custom(runtime);
        if (custom) {
            JsonNode started = document.path("customRuntimeConfig");
            settings.put(
                    "command",
                    started.path("command").isArray() ? started.path("command").toString() : "[]");
            if (!started.path("args").isEmpty()) {
                settings.put("args", started.path("args").toString());
            }
            settings.put("port", number(started.path("port")));
        }
        document.path("environmentVariables").properties().forEach(each -> {
            if (!ownEnv(each.getKey(), custom)) {
                settings.put(
                        "env." + each.getKey(),
                        Ownership.sealed(name, each.getKey(), each.getValue().asString("")));
            }
        });
        tags.forEach((key, value) -> {
            if (usersTag(key)) {
                settings.put("tag." + key, value);
            }
        });
        return settings;
    }

    /** What a function's document of Weft's says of {@code document}, whose code comes as files. */
    public static Found found(JsonNode document) {
        String runtime = document.path("runtime").asString("");
        boolean custom = custom(runtime);
        Map<String, String> env = new TreeMap<>();
        document.path("environmentVariables").properties().forEach(each -> {
            if (!ownEnv(each.getKey(), custom)) {
                env.put(each.getKey(), each.getValue().asString(""));
            }
        });
        Map<String, Object> served = Map.of(
                "command",
                document.path("customRuntimeConfig")
                        .path("command")
                        .valueStream()
                        .map(each -> each.asString(""))
                        .toList(),
                "concurrency",
                document.path("instanceConcurrency").asInt(1));
        return new Found(
                Function.Contract.ALIBABA_FC,
                null,
                runtime,
                document.path("handler").asString(""),
                document.path("memorySize").asLong(0) << 20,
                Duration.ofSeconds(document.path("timeout").asLong(0)),
                env,
                Set.of(),
                custom ? served : Map.of());
    }

    /** Whether Weft sets this variable itself. */
    public static boolean ownEnv(String name, boolean custom) {
        return name.startsWith(OWN_ENV) || (custom && name.equals("PORT"));
    }

    private static void given(Map<String, String> settings, String name, JsonNode value) {
        String text = value.asString("");
        if (!text.isEmpty()) {
            settings.put(name, text);
        }
    }

    private static String number(JsonNode value) {
        if (!value.isNumber()) {
            return value.asString("");
        }
        BigDecimal plain = value.isIntegralNumber() ? value.decimalValue() : new BigDecimal(value.asString());
        return plain.signum() == 0 ? "0" : plain.stripTrailingZeros().toPlainString();
    }
}
