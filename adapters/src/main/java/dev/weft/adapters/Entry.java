// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.adapters.front.Front;
import java.util.List;
import java.util.Map;

/**
 * What a cloud is told to start.
 *
 * @param front for people
 * @param runtime the cloud's name of the language and its version
 */
record Entry(String front, List<String> command, String handler, String runtime) {
    private static final String NODE_VERSION = "22";
    private static final String PYTHON_VERSION = "3.11";
    private static final String JAVA_VERSION = "21";
    /** What the front is compiled for. */
    private static final int JAVA_OLDEST = 17;
    /** Function Compute wants one and calls none in a custom runtime. */
    private static final String FC_HANDLER = "index.handler";

    private static final List<String> SERVER_JS = List.of("node", Adapters.FOLDER + "server.mjs");
    private static final List<String> SERVER_PY = List.of("python3", Adapters.FOLDER + "server.py");

    /** A small JVM: the code's own is another. */
    private static final List<String> SERVER_JAVA = List.of(
            "java",
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            AddedFiles.FRONT_JAR,
            Front.class.getName());

    /** The variable that names another source file than main.py to Google's builds, and what it names. */
    private static final Map<String, String> GOOGLE_PYTHON =
            Map.of("GOOGLE_FUNCTION_SOURCE", Adapters.FOLDER + "google_front.py");

    static Entry of(Source source, Target target) {
        List<String> server = server(source.language());
        return switch (target) {
            case AWS ->
                new Entry("a Lambda handler", List.of(), lambda(source.language()), runtime(source, "nodejs", ".x"));
            case AZURE -> new Entry("an Azure custom handler", server, AddedFiles.AZURE_FUNCTION, "custom");
            case GOOGLE ->
                new Entry(
                        "Google's functions framework",
                        List.of(),
                        source.language() == Source.Language.JAVA ? Front.GOOGLE : "weft",
                        source.language() == Source.Language.PYTHON
                                ? runtime(source, "nodejs", "").replace(".", "")
                                : runtime(source, "nodejs", ""));
            case OPENWHISK ->
                new Entry(
                        "an OpenWhisk action", List.of(), openwhisk(source.language()), runtime(source, "nodejs:", ""));
            case FN -> new Entry("Fn's container contract", server, "", "");
            case KNATIVE -> new Entry("a server on $PORT", server, "", "");
            case ALIBABA -> new Entry("a custom runtime of Function Compute", server, FC_HANDLER, "custom.debian12");
        };
    }

    /** What the cloud must find in its environment. */
    static Map<String, String> env(Source source, Target target) {
        return target == Target.GOOGLE && source.language() == Source.Language.PYTHON ? GOOGLE_PYTHON : Map.of();
    }

    private static String lambda(Source.Language language) {
        return switch (language) {
            case NODE -> Adapters.FOLDER + "lambda.handler";
            case PYTHON -> "weft_adapter.lambda_front.handler";
            case JAVA -> Front.LAMBDA;
        };
    }

    private static String openwhisk(Source.Language language) {
        return switch (language) {
            case NODE -> Adapters.FOLDER + "openwhisk.main";
            case PYTHON -> "main";
            case JAVA -> OneJar.START;
        };
    }

    private static List<String> server(Source.Language language) {
        return switch (language) {
            case NODE -> SERVER_JS;
            case PYTHON -> SERVER_PY;
            case JAVA -> SERVER_JAVA;
        };
    }

    /** The cloud's name of the language, made as it names Node.js, with the version that was said. */
    private static String runtime(Source source, String node, String end) {
        String version = source.version();
        String colon = node.endsWith(":") ? ":" : "";
        return switch (source.language()) {
            case NODE -> node + (version.isEmpty() ? NODE_VERSION : version) + end;
            case PYTHON -> "python" + colon + (version.isEmpty() ? PYTHON_VERSION : version);
            case JAVA -> "java" + colon + java(version);
        };
    }

    private static String java(String version) {
        if (version.isEmpty()) {
            return JAVA_VERSION;
        }
        return Integer.parseInt(version) < JAVA_OLDEST ? Integer.toString(JAVA_OLDEST) : version;
    }
}
