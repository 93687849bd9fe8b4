// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Versions;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.clouds.aws.contract.LambdaRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * The environment that Lambda gives a function. Source: AWS Lambda developer guide, "Defined runtime environment
 * variables". There is no execution role here, so there are no credentials: a function that needs some brings its own,
 * which is why their names are not reserved. Pure.
 */
final class LambdaEnvironment {
    /** What a function may not set itself. */
    static final List<String> RESERVED = List.of(
            "_HANDLER",
            "_X_AMZN_TRACE_ID",
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_LOG_GROUP_NAME",
            "AWS_LAMBDA_LOG_STREAM_NAME",
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "AWS_LAMBDA_MAX_CONCURRENCY",
            "AWS_EXECUTION_ENV",
            "AWS_REGION",
            "AWS_DEFAULT_REGION",
            "LAMBDA_TASK_ROOT",
            "LAMBDA_RUNTIME_DIR");

    /** Nothing listens there: segments that a tracing library sends are lost, as without active tracing. */
    private static final String XRAY_DAEMON = "127.0.0.1:2000";

    private static final String LAYERS = "/opt";
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy/MM/dd", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Where AWS's own base images have their runtime. */
    static final Path RUNTIME_OF_IMAGES = Path.of("/var/runtime");

    private LambdaEnvironment() {}

    /** The variables of an instance whose Runtime API is at {@code api} and whose start-up files are in {@code runtimeFolder}. */
    static Map<String, String> of(ContractHost.Setup setup, String api, Path runtimeFolder, Instant now) {
        Function.Spec spec = setup.function().spec();
        String name = Draft.shownName(setup.function());
        boolean image = spec.code().image() != null;
        String task = setup.code().toString();
        Map<String, String> env = new HashMap<>();
        env.put("AWS_LAMBDA_RUNTIME_API", api);
        if (!image || spec.handler() != null) {
            env.put("_HANDLER", spec.handler() == null ? "" : spec.handler()); // else the image's command says it
        }
        env.put("AWS_LAMBDA_FUNCTION_NAME", name);
        String version = setup.function().metadata().annotations().getOrDefault(Versions.VERSION, "$LATEST");
        env.put("AWS_LAMBDA_FUNCTION_VERSION", version);
        env.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Long.toString(spec.memory().mebibytes()));
        env.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
        env.put(
                "AWS_LAMBDA_LOG_STREAM_NAME",
                "%s/[%s]%s"
                        .formatted(
                                DAY.format(now),
                                version,
                                UUID.nameUUIDFromBytes(setup.instance().getBytes(StandardCharsets.UTF_8))
                                        .toString()
                                        .replace("-", "")));
        env.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        env.put("AWS_REGION", setup.cloud().region());
        env.put("AWS_DEFAULT_REGION", setup.cloud().region());
        env.put("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
        env.put("AWS_XRAY_DAEMON_ADDRESS", XRAY_DAEMON);
        env.put("TZ", ":UTC");
        if (!image) {
            env.putAll(ofRuntime(LambdaRuntime.of(setup.function()), task, runtimeFolder));
        }
        return env;
    }

    /** What Lambda sets for code in one of its own runtimes; an image sets that itself. */
    private static Map<String, String> ofRuntime(LambdaRuntime runtime, String task, Path runtimeFolder) {
        Map<String, String> env = new HashMap<>();
        env.put("LAMBDA_TASK_ROOT", task);
        env.put("LAMBDA_RUNTIME_DIR", runtimeFolder.toString());
        env.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + runtime.id());
        env.put(
                "LD_LIBRARY_PATH",
                "/lib64:/usr/lib64:%2$s:%2$s/lib:%1$s:%1$s/lib:%3$s/lib".formatted(task, runtimeFolder, LAYERS));
        switch (runtime.language()) {
            case NODE ->
                env.put(
                        "NODE_PATH",
                        "%1$s/nodejs/node%2$d/node_modules:%1$s/nodejs/node_modules:%3$s/node_modules"
                                .formatted(LAYERS, runtime.version(), runtimeFolder));
            case PYTHON -> env.put("PYTHONPATH", runtimeFolder.toString());
            case JAVA -> {}
        }
        return env;
    }
}
