// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code as its document describes it.
 *
 * @param version of the language, for example 20 or 3.11; empty where the document says none
 * @param command what starts it; empty for a handler that the adapter itself loads
 * @param route where events of an Azure function are POSTed; empty for others
 */
record Source(Language language, String version, List<String> command, String route) {
    private static final Pattern NODE = Pattern.compile("nodejs([0-9]{2})(?:\\.x)?");
    private static final Pattern NODE_KIND = Pattern.compile("nodejs:?(?:default|([0-9]{2}))");
    private static final Pattern NODE_IMAGE = Pattern.compile("node([0-9]{2})?");
    private static final Pattern PYTHON = Pattern.compile("python(3\\.[0-9]{1,2})");
    private static final Pattern JAVA = Pattern.compile("java([0-9]{1,2})(?:\\.al2)?");

    Source {
        command = List.copyOf(command);
    }

    /** What it is written in. */
    enum Language {
        NODE("Node.js"),
        PYTHON("Python"),
        JAVA("Java");

        private final String title;

        Language(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** Either the code or what keeps it from being adapted. */
    sealed interface Read {
        /** It can be. */
        record Is(Source source) implements Read {}

        /** It can't. */
        record Not(Mistake mistake) implements Read {}
    }

    static Read not(String field, @org.jspecify.annotations.Nullable String value, String why) {
        return new Read.Not(Mistake.at(field, value, why));
    }

    /** Of a contract whose runtime names the language. */
    static Read byRuntime(Function function, List<String> command) {
        String runtime = function.spec().runtime();
        Pattern names =
                switch (function.spec().contract()) {
                    case OPENWHISK -> NODE_KIND;
                    case FN -> NODE_IMAGE;
                    case AWS_LAMBDA, GOOGLE_FUNCTIONS, AZURE_FUNCTIONS, ALIBABA_FC, HTTP, CLOUDEVENTS -> NODE;
                };
        Matcher node = names.matcher(runtime == null ? "" : runtime);
        if (node.matches()) {
            String version = node.group(1);
            return new Read.Is(new Source(Language.NODE, version == null ? "" : version, command, ""));
        }
        Matcher python = PYTHON.matcher(runtime == null ? "" : runtime);
        if (python.matches() && command.isEmpty()) {
            return new Read.Is(new Source(Language.PYTHON, python.group(1), List.of(), ""));
        }
        Matcher java = JAVA.matcher(runtime == null ? "" : runtime);
        if (java.matches() && function.spec().contract() == Function.Contract.AWS_LAMBDA) {
            return new Read.Is(new Source(Language.JAVA, java.group(1), List.of(), ""));
        }
        return not("spec.runtime", runtime, "");
    }

    /** Of a contract whose command starts a server of its own. */
    static Read byCommand(List<String> command, String field, String route) {
        if (command.size() < 2 || !command.getFirst().equals("node")) {
            return not(
                    field,
                    String.join(" ", command),
                    "code for the cloud of another contract is started by node, for example [node, server.js]");
        }
        return new Read.Is(new Source(Language.NODE, "", new ArrayList<>(command), route));
    }
}
