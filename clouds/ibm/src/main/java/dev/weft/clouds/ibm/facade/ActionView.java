// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.facade.Functions.Served;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.BoundParameters;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.facade.kept.ActionLimit;
import dev.weft.clouds.ibm.facade.kept.Entity;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A function as OpenWhisk shows an action. Neither its code nor its variables, which may be secrets, are in it. Sources:
 * OpenWhisk's {@code WhiskAction} and {@code Exec}. Pure.
 */
final class ActionView {
    /** Annotation: the contract that the code is written against. */
    static final String CONTRACT = "weft.dev/contract";

    /** Annotation: hash of what the function was deployed from. */
    static final String CODE = "weft.dev/code";

    /** What OpenWhisk calls code whose language it does not know. */
    static final String BLACKBOX = "blackbox";

    /** Vendors' names of runtimes: nodejs20.x, node20, python3.11, python311, java21, custom.debian12. */
    private static final Pattern RUNTIME = Pattern.compile(
            "(nodejs|node|python|java|go|ruby|php|dotnet)[-:]?(?:(3)\\.?([0-9]{1,2})|([0-9]{1,2}))?(?:\\.x)?");

    private static final JsonMapper JSON = JsonMapper.shared();

    private ActionView() {}

    /** One page, the latest change first, as OpenWhisk has them. */
    static ArrayNode page(List<Listed> all, int skip, int limit) {
        ArrayNode page = JSON.createArrayNode();
        all.stream()
                .sorted(Comparator.comparing(Listed::changed).reversed().thenComparing(Listed::name))
                .skip(skip)
                .limit(limit)
                .forEach(each -> page.add(each.summary()));
        return page;
    }

    /** An action of a list. */
    record Listed(String name, Instant changed, ObjectNode summary) {
        static Listed of(Served served) {
            return new Listed(ActionName.of(served.function()), served.changed(), ActionView.summary(served));
        }

        static Listed of(Entity sequence, String namespace) {
            return new Listed(sequence.name(), sequence.changed(), Sequences.summary(sequence, namespace));
        }
    }

    private static ObjectNode summary(Served served) {
        ObjectNode summary = JSON.createObjectNode();
        summary.set("annotations", annotations(served));
        summary.putObject("exec").put("binary", binary(served.function().spec().code()));
        summary.set("limits", limits(served));
        return named(summary, served);
    }

    /** All that is told. */
    static ObjectNode document(Served served) {
        Function.Spec spec = served.function().spec();
        ObjectNode document = JSON.createObjectNode();
        document.set("annotations", annotations(served));
        ObjectNode exec = document.putObject("exec");
        exec.put("binary", binary(spec.code()));
        exec.put("kind", kind(spec.contract(), spec.runtime()));
        if (spec.code().image() != null) {
            exec.put("image", spec.code().image());
        }
        if (spec.handler() != null) {
            exec.put("main", spec.handler());
        }
        document.set("limits", limits(served));
        ArrayNode parameters = document.putArray("parameters");
        served.env().forEach((key, value) -> parameters
                .addObject()
                .put("key", key)
                .put("value", value)
                .put("init", true));
        if (served.put()) {
            ActionPut.kept(served.function().metadata().annotations().get(BoundParameters.ANNOTATION))
                    .forEach((key, value) ->
                            parameters.addObject().put("key", key).set("value", value));
        }
        return named(document, served);
    }

    private static ObjectNode named(ObjectNode action, Served served) {
        String changes = served.function().metadata().annotations().get(ActionPut.VERSION);
        String name = ActionName.of(served.function());
        return action.put("name", ActionName.simple(name))
                .put("namespace", ActionName.path(served.function().metadata().namespace(), name))
                .put("publish", false)
                .put("updated", served.changed().toEpochMilli())
                .put("version", changes == null ? OpenWhiskHost.ACTION_VERSION : "0.0." + changes);
    }

    private static boolean binary(Function.Code code) {
        return code.zip() != null || code.jar() != null;
    }

    /** Labels, as on OpenWhisk itself, and what is said of the code. */
    private static ArrayNode annotations(Served served) {
        Function function = served.function();
        Map<String, String> all = new TreeMap<>(function.metadata().labels());
        all.put("exec", kind(function.spec().contract(), function.spec().runtime()));
        all.put(CONTRACT, Spelling.Words.of(function.spec().contract()));
        if (!served.code().isEmpty()) {
            all.putIfAbsent(CODE, served.code()); // a client may have written its own word there
        }
        ArrayNode annotations = JSON.createArrayNode();
        all.forEach((key, value) -> annotations.addObject().put("key", key).put("value", value));
        ActionPut.kept(function.metadata().annotations().get(ActionPut.ANNOTATIONS))
                .forEach((key, value) -> annotations.addObject().put("key", key).set("value", value));
        return annotations;
    }

    /** That of its log only where a client put it: Weft itself has none. */
    private static ObjectNode limits(Served served) {
        Function.Spec spec = served.function().spec();
        Function.Spec bounded = spec.bounded();
        ObjectNode limits = JSON.createObjectNode()
                .put("concurrency", oneAtATime(spec.contract()) ? 1 : bounded.concurrency())
                .put("memory", bounded.memory().mebibytes())
                .put("timeout", spec.timeout().toMillis());
        String logs = served.function().metadata().annotations().get(ActionPut.LOGS);
        if (logs != null && logs.matches("[0-9]{1,2}")) {
            limits.put("logs", Integer.parseInt(logs));
        } else if (served.put()) {
            limits.put("logs", ActionLimit.LOGS_USUAL);
        }
        return limits;
    }

    /** Contracts whose instances serve one call at a time, whatever the document says. */
    private static boolean oneAtATime(Function.Contract contract) {
        return switch (contract) {
            case OPENWHISK, AWS_LAMBDA, FN -> true;
            case AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, ALIBABA_FC, HTTP, CLOUDEVENTS -> false;
        };
    }

    /** The language in OpenWhisk's notation, where the runtime's name tells it. */
    static String kind(Function.Contract contract, @Nullable String runtime) {
        if (runtime == null) {
            return BLACKBOX;
        }
        if (contract == Function.Contract.OPENWHISK) {
            return runtime;
        }
        Matcher name = RUNTIME.matcher(runtime.toLowerCase(Locale.ROOT));
        if (!name.matches()) {
            return BLACKBOX;
        }
        String language = name.group(1).equals("node") ? "nodejs" : name.group(1);
        boolean python = language.equals("python") && name.group(3) != null;
        String version = python ? "3." + name.group(3) : runtime.replaceAll("[^0-9]", "");
        return language + ':' + (version.isEmpty() ? "default" : version);
    }
}
