// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import java.util.List;
import java.util.Map;
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
    private static final Map<Language, Pattern> RUNTIMES = Map.of(
            Language.NODE, Pattern.compile("nodejs([0-9]{2})(?:\\.x)?"),
            Language.PYTHON, Pattern.compile("python(3\\.?[0-9]{1,2})"), // Google leaves out the dot
            Language.JAVA, Pattern.compile("java([0-9]{1,2})(?:\\.al2)?"));
    private static final Map<Language, Pattern> KINDS = Map.of(
            Language.NODE, Pattern.compile("nodejs:?(?:default|([0-9]{2}))"),
            Language.PYTHON, Pattern.compile("python:?(?:default|3|(3\\.[0-9]{1,2}))"),
            Language.JAVA, Pattern.compile("java:?(?:default|([0-9]{1,2}))"));
    private static final Map<Language, Pattern> IMAGES = Map.of(
            Language.NODE, Pattern.compile("node([0-9]{2})?"),
            Language.PYTHON, Pattern.compile("python(3\\.[0-9]{1,2})?"),
            Language.JAVA, Pattern.compile("java([0-9]{1,2})?"));
    private static final Map<String, Language> STARTERS =
            Map.of("node", Language.NODE, "python3", Language.PYTHON, "python", Language.PYTHON, "java", Language.JAVA);

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

    /** Of a contract whose runtime names the language; {@code starts} says what starts its code, and where there is nothing, it can't be adapted. */
    static Read byRuntime(Function function, Map<Language, List<String>> starts) {
        String runtime =
                function.spec().runtime() == null ? "" : function.spec().runtime();
        Map<Language, Pattern> names =
                switch (function.spec().contract()) {
                    case OPENWHISK -> KINDS;
                    case FN -> IMAGES;
                    case AWS_LAMBDA, GOOGLE_FUNCTIONS, AZURE_FUNCTIONS, ALIBABA_FC, HTTP, CLOUDEVENTS -> RUNTIMES;
                };
        for (Language each : Language.values()) {
            List<String> command = starts.get(each);
            Pattern named = names.get(each);
            if (command == null || named == null) {
                continue;
            }
            Matcher name = named.matcher(runtime);
            if (name.matches()) {
                String version = name.group(1) == null ? "" : name.group(1);
                return new Read.Is(new Source(each, version.replaceFirst("^3(?=[0-9])", "3."), command, ""));
            }
        }
        return not("spec.runtime", function.spec().runtime(), "");
    }

    /** Of a contract whose command starts a server of its own. */
    static Read byCommand(List<String> command, String field, String route) {
        Language language = command.size() < 2 ? null : STARTERS.get(command.getFirst());
        if (language == null) {
            return not(
                    field,
                    String.join(" ", command),
                    "code for the cloud of another contract is started by node, python3 or java, for example [node,"
                            + " server.js]: the cloud must have it, too");
        }
        return new Read.Is(new Source(language, "", command, route));
    }
}
