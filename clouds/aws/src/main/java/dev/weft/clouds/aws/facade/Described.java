// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.resource.Cloud;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A function as CreateFunction and its kin describe it, and what of that a {@link Draft} takes over. What Weft does not do is
 * refused unless it says what is meant without it. Pure. Source: AWS Lambda API reference.
 */
final class Described {
    /** Bytes of a zip file that is sent with the request; Lambda's own limit. */
    static final int ZIP_BYTES_MAX = 50 << 20;

    /** Annotation with what the client said of the function; it means nothing here. */
    static final String DESCRIPTION = "aws.weft.dev/description";

    /** Annotation with the role that the client named: what a function may do here does not depend on it. */
    static final String ROLE = "aws.weft.dev/role";

    /** Instances of a function whose client limits them not, and so its calls at once. */
    static final int INSTANCES = 100;

    private static final int TIMEOUT = 3;
    private static final int MEMORY = 128;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(100 << 20)
                            .build())
                    .build())
            .build();

    /** Fields that say nothing, or what goes without saying. */
    private static final Map<String, Set<String>> WITHOUT_EFFECT = Map.ofEntries(
            Map.entry("PackageType", Set.of("\"Zip\"")),
            Map.entry("DryRun", Set.of("false")),
            Map.entry("Layers", Set.of("[]")),
            Map.entry("FileSystemConfigs", Set.of("[]")),
            Map.entry("KMSKeyArn", Set.of("\"\"")),
            Map.entry("VpcConfig", Set.of("{}", "{\"SubnetIds\":[],\"SecurityGroupIds\":[]}")),
            Map.entry("DeadLetterConfig", Set.of("{}", "{\"TargetArn\":\"\"}")),
            Map.entry("EphemeralStorage", Set.of("{\"Size\":512}")),
            Map.entry("TracingConfig", Set.of("{\"Mode\":\"PassThrough\"}")),
            Map.entry("SnapStart", Set.of("{\"ApplyOn\":\"None\"}")));

    private static final Set<String> IN_CREATE = Set.of(
            "FunctionName",
            "Runtime",
            "Role",
            "Handler",
            "Code",
            "Description",
            "Timeout",
            "MemorySize",
            "Architectures",
            "Environment",
            "Tags",
            "Publish");
    private static final Set<String> IN_CONFIGURATION =
            Set.of("FunctionName", "Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "Environment");
    private static final Set<String> IN_CODE = Set.of("FunctionName", "ZipFile", "Architectures", "Publish");

    private final JsonNode said;

    private Described(JsonNode said) {
        this.said = said;
    }

    /** What is wrong with a request, in Lambda's words. */
    static final class Wrong extends Exception {
        @java.io.Serial
        private static final long serialVersionUID = 1;

        private final String type;

        Wrong(String type, String message) {
            super(message);
            this.type = type;
        }

        /** The status that Lambda gives it. */
        FacadeAnswer answer() {
            int status =
                    switch (type) {
                        case "ResourceNotFoundException" -> 404;
                        case "ResourceConflictException" -> 409;
                        case "RequestTooLargeException" -> 413;
                        default -> 400;
                    };
            return Answers.error(status, type, message());
        }

        String message() {
            return String.valueOf(getMessage());
        }
    }

    static Described create(byte[] body) throws Wrong {
        return new Described(json(body)).checked(IN_CREATE);
    }

    static Described configuration(byte[] body) throws Wrong {
        return new Described(json(body)).checked(IN_CONFIGURATION);
    }

    static Described code(byte[] body) throws Wrong {
        return new Described(json(body)).checked(IN_CODE);
    }

    /** The one JSON object that {@code body} must be. */
    static JsonNode json(byte[] body) throws Wrong {
        try {
            JsonNode json = JSON.readTree(body);
            if (json != null && json.isObject()) {
                return json;
            }
        } catch (JacksonException noJson) {
            throw new Wrong("SerializationException", "Could not parse request body into json");
        }
        throw new Wrong("SerializationException", "the request body must be one JSON object");
    }

    private Described checked(Set<String> taken) throws Wrong {
        for (Map.Entry<String, JsonNode> each : said.properties()) {
            String name = each.getKey();
            JsonNode value = each.getValue();
            boolean nothing = value.isNull()
                    || WITHOUT_EFFECT.getOrDefault(name, Set.of()).contains(value.toString());
            if (!taken.contains(name) && !nothing) {
                throw wrong(name + " is not done by Weft's Lambda façade; leave it out"
                        + (WITHOUT_EFFECT.containsKey(name) ? ", or say " + WITHOUT_EFFECT.get(name) : ""));
            }
        }
        return this;
    }

    /** The name that it is to have, as the client says it. */
    String name() throws Wrong {
        String name = text("FunctionName");
        return name == null ? "" : name;
    }

    /** What it is to become, from nothing. */
    Draft draft(String theirs) throws Wrong {
        String name = Names.weft(theirs);
        Map<String, String> annotations = theirs.equals(name) ? Map.of() : Map.of(Draft.NAME, theirs);
        Map<String, Object> spec = Map.of(
                "contract", "aws-lambda", "timeout", TIMEOUT + "s", "memory", MEMORY + "Mi", "maxInstances", INSTANCES);
        return changed(new Draft(name, strings("Tags"), annotations, spec, Map.of(), Cloud.Type.AWS));
    }

    /** The same with all that is said. */
    Draft changed(Draft before) throws Wrong {
        Map<String, Object> spec = new TreeMap<>(before.spec());
        put(spec, "runtime", text("Runtime"));
        put(spec, "handler", text("Handler"));
        Integer timeout = number("Timeout", 1, 900);
        put(spec, "timeout", timeout == null ? null : timeout + "s");
        Integer memory = number("MemorySize", 128, 32_768);
        put(spec, "memory", memory == null ? null : memory + "Mi");
        put(spec, "architecture", architecture());
        Map<String, String> env = before.env();
        JsonNode environment = said.path("Environment");
        if (environment.isObject()) {
            env = strings(environment.path("Variables"), "Environment.Variables");
        }
        Draft changed = new Draft(before.name(), before.labels(), before.annotations(), spec, env, before.home())
                .with(dev.weft.api.facade.Versions.PUBLISHED, null);
        String role = text("Role");
        changed = role == null ? changed : changed.with(ROLE, role);
        String description = text("Description");
        return description == null ? changed : changed.with(DESCRIPTION, description.isEmpty() ? null : description);
    }

    private static void put(Map<String, Object> spec, String name, @Nullable String value) {
        if (value != null) {
            spec.put(name, value);
        }
    }

    /** Whether a version of it is wanted too. */
    boolean publish() throws Wrong {
        JsonNode value = said.path("Publish");
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw wrong("Publish must be true or false");
        }
        return value.asBoolean(false);
    }

    private @Nullable String architecture() throws Wrong {
        JsonNode all = said.path("Architectures");
        if (all.isMissingNode() || all.isNull()) {
            return null;
        }
        return switch (all.toString()) {
            case "[\"x86_64\"]" -> "amd64";
            case "[\"arm64\"]" -> "arm64";
            default -> throw wrong("Architectures must be [x86_64] or [arm64], got " + Said.value(all.toString()));
        };
    }

    /** The zip file in {@code Code}, or at the top. */
    byte[] zip() throws Wrong {
        JsonNode code = said.has("Code") ? said.path("Code") : said;
        for (String other : List.of("S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri", "SourceKMSKeyArn")) {
            if (code.has(other) && !code.path(other).isNull()) {
                throw wrong(other + " is not done by Weft's Lambda façade; send the code as ZipFile");
            }
        }
        JsonNode zip = code.path("ZipFile");
        if (!zip.isString()) {
            throw wrong("Code.ZipFile is required: base64 of a zip file");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(zip.asString());
        } catch (IllegalArgumentException notBase64) {
            throw wrong("Could not unzip uploaded file: ZipFile must be base64");
        }
        if (bytes.length > ZIP_BYTES_MAX) {
            throw new Wrong(
                    "RequestTooLargeException",
                    "the zip file has " + bytes.length + " bytes; at most " + ZIP_BYTES_MAX + " are taken");
        }
        if (bytes.length < 4 || bytes[0] != 'P' || bytes[1] != 'K') {
            throw wrong("Could not unzip uploaded file: it is no zip file");
        }
        return bytes;
    }

    private @Nullable String text(String name) throws Wrong {
        JsonNode value = said.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw wrong(name + " must be a string, got " + Said.value(value.toString()));
        }
        return value.asString();
    }

    private @Nullable Integer number(String name, int least, int most) throws Wrong {
        JsonNode value = said.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isInt() || value.asInt() < least || value.asInt() > most) {
            throw wrong(name + " must be from " + least + " to " + most + ", got " + Said.value(value.toString()));
        }
        return value.asInt();
    }

    private Map<String, String> strings(String name) throws Wrong {
        return strings(said.path(name), name);
    }

    static Map<String, String> strings(JsonNode object, String name) throws Wrong {
        Map<String, String> strings = new TreeMap<>();
        if (object.isMissingNode() || object.isNull()) {
            return strings;
        }
        if (!object.isObject()) {
            throw wrong(name + " must be an object of strings");
        }
        for (Map.Entry<String, JsonNode> each : object.properties()) {
            if (!each.getValue().isString()) {
                throw wrong(name + '.' + Said.value(each.getKey()) + " must be a string");
            }
            strings.put(each.getKey(), each.getValue().asString());
        }
        return strings;
    }

    static Wrong wrong(String message) {
        return new Wrong("InvalidParameterValueException", message);
    }
}
