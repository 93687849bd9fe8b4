// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.adapters.action.ActionProxy;
import dev.weft.adapters.front.Front;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.api.spi.HostFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The files that are packed beside the code. */
record AddedFiles(Function function, Path code, Source source, Target target) {
    /** The one function of the app that an adapter makes. */
    static final String AZURE_FUNCTION = "weft";

    /** The front for code in Java. */
    static final String FRONT_JAR = Adapters.FOLDER + "front.jar";

    static final String LAMBDA_JAR = "lib/weft-adapter.jar";
    static final String GOOGLE_JAR = "weft-adapter.jar";

    /** What the FDK for Java has in Oracle's images only; before it on the class path. */
    static final String FN_JAR = Adapters.FOLDER + "fn.jar";

    /** What serves an action in Java, and what it is called with. */
    static final String ACTION_JAR = Adapters.FOLDER + "action/proxy.jar";

    static final String GSON_JAR = Adapters.FOLDER + "action/gson.jar";

    private static final String FN_SOCKETS = "com.fnproject.fn.runtime.ntv";
    private static final String FRAMEWORK = "@google-cloud/functions-framework";
    private static final String FRAMEWORK_VERSION = "^5.0.5";
    private static final String MANIFEST = "package.json";
    private static final List<String> LOCKS = List.of("package-lock.json", "npm-shrinkwrap.json", "yarn.lock");
    private static final String REQUIREMENTS = "requirements.txt";
    private static final List<String> LAMBDA = List.of("lambda-code.mjs", "lambda-start.mjs", "payload.mjs");

    Map<String, byte[]> all() {
        Map<String, byte[]> files = new TreeMap<>();
        files.put(Adapters.FOLDER + "adapter.json", configuration());
        switch (source.language()) {
            case NODE -> node(files);
            case PYTHON -> python(files);
            case JAVA -> java(files);
        }
        switch (target) {
            case AZURE -> azure(files);
            case GOOGLE -> {
                if (source.language() == Source.Language.NODE) {
                    files.put(MANIFEST, manifest());
                    ownManifest(files);
                } else if (source.language() == Source.Language.PYTHON && !Files.exists(code.resolve(REQUIREMENTS))) {
                    // the build adds the framework to those that are said, and wants them said
                    files.put(REQUIREMENTS, new byte[0]);
                }
            }
            case OPENWHISK -> {
                if (source.language() == Source.Language.NODE
                        && !Files.exists(code.resolve(MANIFEST))
                        && !Files.exists(code.resolve("index.js"))) {
                    // the platform takes no archive without either, whatever is called
                    files.put(
                            MANIFEST, "{\"main\": \"weft_adapter/openwhisk.mjs\"}\n".getBytes(StandardCharsets.UTF_8));
                }
            }
            case AWS, FN, KNATIVE, ALIBABA -> {}
        }
        return files;
    }

    private void node(Map<String, byte[]> files) {
        add(files, "code.mjs");
        switch (target) {
            case AWS -> add(files, "lambda.mjs");
            case GOOGLE -> {
                add(files, "google.cjs");
                add(files, "calls.mjs");
            }
            case OPENWHISK -> add(files, "openwhisk.mjs");
            case AZURE, FN, KNATIVE, ALIBABA -> {
                add(files, "server.mjs");
                add(files, "calls.mjs");
            }
        }
        if (function.spec().contract() == Function.Contract.AWS_LAMBDA) {
            LAMBDA.forEach(each -> add(files, each));
            files.put(Adapters.FOLDER + "lambda-loop.mjs", resource("aws/bootstrap.mjs"));
            return;
        }
        add(files, "served-code.mjs");
        add(files, "calls-of-http.mjs");
        add(files, "calls-of-%s.mjs".formatted(Spelling.Words.of(function.spec().contract())));
        switch (function.spec().contract()) {
            case GOOGLE_FUNCTIONS -> add(files, "calls-of-cloudevents.mjs");
            case OPENWHISK -> {
                add(files, "openwhisk-start.mjs");
                files.put(Adapters.FOLDER + "openwhisk-proxy.mjs", resource("ibm/proxy.mjs"));
            }
            case AWS_LAMBDA, AZURE_FUNCTIONS, FN, ALIBABA_FC, HTTP, CLOUDEVENTS -> {}
        }
    }

    private void python(Map<String, byte[]> files) {
        add(files, "adapter_code.py");
        switch (target) {
            case OPENWHISK -> files.put("__main__.py", resource("openwhisk_main.py"));
            case AWS -> add(files, "lambda_front.py");
            case GOOGLE -> {
                add(files, "server.py");
                add(files, "google_front.py");
            }
            case AZURE, FN, KNATIVE, ALIBABA -> add(files, "server.py");
        }
        if (function.spec().contract() == Function.Contract.AWS_LAMBDA) {
            files.put(Adapters.FOLDER + "lambda_loop.py", resource("aws/bootstrap.py"));
            return;
        }
        add(files, "served_code.py");
        add(files, "calls_of.py");
        switch (function.spec().contract()) {
            case OPENWHISK -> files.put(Adapters.FOLDER + "openwhisk_proxy.py", resource("ibm/proxy.py"));
            case ALIBABA_FC -> {
                add(files, "alibaba_start.py");
                files.put(Adapters.FOLDER + "alibaba_loop.py", resource("alibaba/bootstrap.py"));
            }
            case AWS_LAMBDA, AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, FN, HTTP, CLOUDEVENTS -> {}
        }
    }

    private void java(Map<String, byte[]> files) {
        Path classes = HostFiles.classes(Front.class);
        byte[] front = JavaCode.jarOf(classes, Front.class.getPackageName());
        files.put(
                switch (target) {
                    case GOOGLE -> GOOGLE_JAR; // its build takes one jar, at the root
                    case AWS -> LAMBDA_JAR; // its class path is the root and the jars in lib
                    case AZURE, OPENWHISK, FN, KNATIVE, ALIBABA -> FRONT_JAR;
                },
                front);
        if (target == Target.OPENWHISK) {
            boolean manifest = Files.exists(code.resolve(OneJar.MANIFEST));
            files.putAll(OneJar.start(Front.OPENWHISK, FRONT_JAR, !manifest));
        }
        switch (function.spec().contract()) {
            case AWS_LAMBDA ->
                VendorJars.LAMBDA.read().forEach((name, jar) -> files.put(Adapters.FOLDER + "lambda/" + name, jar));
            case FN -> files.put(FN_JAR, JavaCode.jarOf(classes, FN_SOCKETS));
            case OPENWHISK -> {
                String name = ActionProxy.class.getPackageName();
                files.put(ACTION_JAR, JavaCode.jarOf(HostFiles.classes(ActionProxy.class), name));
                VendorJars.GSON.read().values().forEach(jar -> files.put(GSON_JAR, jar));
            }
            case AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, ALIBABA_FC, HTTP, CLOUDEVENTS -> {}
        }
    }

    private byte[] configuration() {
        Function.Spec spec = function.spec();
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("contract", Spelling.Words.of(spec.contract()));
        json.put("target", target.word());
        json.put("name", function.name());
        json.put("handler", spec.handler() == null ? "main" : spec.handler());
        json.put("runtime", spec.runtime() == null ? "" : spec.runtime());
        json.put("payload", Spelling.Words.of(spec.payload()));
        json.put("timeoutMillis", spec.timeout().toMillis());
        json.put("memoryMebibytes", spec.bounded().memory().mebibytes());
        json.put("route", source.route());
        source.command().forEach(json.putArray("command")::add);
        return JsonMapper.shared().writeValueAsBytes(json);
    }

    /** An app of one function that takes every path. */
    private void azure(Map<String, byte[]> files) {
        List<String> command = Entry.of(source, target).command();
        ObjectNode host = JsonMapper.shared().createObjectNode();
        host.put("version", "2.0");
        host.putObject("extensions").putObject("http").put("routePrefix", "");
        ObjectNode handler = host.putObject("customHandler");
        ObjectNode description = handler.putObject("description");
        description.put("defaultExecutablePath", command.getFirst());
        command.stream().skip(1).forEach(description.putArray("arguments")::add);
        handler.put("enableForwardingHttpRequest", true);
        files.put("host.json", JsonMapper.shared().writeValueAsBytes(host));
        ObjectNode own = JsonMapper.shared().createObjectNode();
        own.putArray("bindings")
                .add(binding("httpTrigger", "in", "req").put("route", "{*path}").put("authLevel", "function"))
                .add(binding("http", "out", "res"));
        files.put(AZURE_FUNCTION + "/function.json", JsonMapper.shared().writeValueAsBytes(own));
    }

    private static ObjectNode binding(String type, String direction, String name) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("type", type)
                .put("direction", direction)
                .put("name", name);
    }

    /** The code's own manifest, which Google reads the entry file and what to install from, with the adapter for its entry. */
    private byte[] manifest() {
        JsonNode read = SourceReader.json(code.resolve(MANIFEST));
        ObjectNode manifest =
                read instanceof ObjectNode object ? object : JsonMapper.shared().createObjectNode();
        manifest.put("main", Adapters.FOLDER + "google.cjs");
        ObjectNode dependencies =
                manifest.path("dependencies") instanceof ObjectNode own ? own : manifest.putObject("dependencies");
        // with a lock of another content the build ends; it brings the framework itself where none is asked for
        boolean locked = LOCKS.stream().anyMatch(each -> Files.exists(code.resolve(each)));
        if (!dependencies.has(FRAMEWORK) && !locked) {
            dependencies.put(FRAMEWORK, FRAMEWORK_VERSION);
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
    }

    /** An action's own manifest, which its proxy reads the entry file from: at its place is the one above. */
    private void ownManifest(Map<String, byte[]> files) {
        Path own = code.resolve(MANIFEST);
        if (function.spec().contract() != Function.Contract.OPENWHISK || !Files.isRegularFile(own)) {
            return;
        }
        try {
            files.put(Adapters.FOLDER + "action-" + MANIFEST, Files.readAllBytes(own));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void add(Map<String, byte[]> files, String name) {
        files.put(Adapters.FOLDER + name, resource(name));
    }

    static byte[] resource(String name) {
        try (InputStream in = AddedFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + name);
            }
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
