// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import java.util.List;

/**
 * What a cloud is told to start.
 *
 * @param front for people
 * @param runtime the cloud's name of the language and its version
 */
record Entry(String front, List<String> command, String handler, String runtime) {
    private static final String NODE_VERSION = "22";
    private static final String PYTHON_VERSION = "3.11";
    /** Function Compute wants one and calls none in a custom runtime. */
    private static final String FC_HANDLER = "index.handler";

    private static final List<String> SERVER_JS = List.of("node", Adapters.FOLDER + "server.mjs");
    private static final List<String> SERVER_PY = List.of("python3", Adapters.FOLDER + "server.py");

    static Entry of(Source source, Target target) {
        boolean node = source.language() == Source.Language.NODE;
        String version = source.version().isEmpty() || source.version().equals("3")
                ? node ? NODE_VERSION : PYTHON_VERSION
                : source.version();
        List<String> server = node ? SERVER_JS : SERVER_PY;
        return switch (target) {
            case AWS ->
                new Entry("a Lambda handler", List.of(), Adapters.FOLDER + "lambda.handler", "nodejs" + version + ".x");
            case AZURE -> new Entry("an Azure custom handler", server, AddedFiles.AZURE_FUNCTION, "custom");
            case GOOGLE -> new Entry("Google's functions framework", List.of(), "weft", "nodejs" + version);
            case OPENWHISK ->
                new Entry(
                        "an OpenWhisk action",
                        List.of(),
                        node ? Adapters.FOLDER + "openwhisk.main" : "main",
                        (node ? "nodejs:" : "python:") + version);
            case FN -> new Entry("Fn's container contract", server, "", "");
            case KNATIVE -> new Entry("a server on $PORT", server, "", "");
            case ALIBABA -> new Entry("a custom runtime of Function Compute", server, FC_HANDLER, "custom.debian12");
        };
    }
}
