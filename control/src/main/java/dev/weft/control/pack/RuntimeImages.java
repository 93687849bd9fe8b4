// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The image that a function's is made upon: what the document says, else one for its runtime, else one for the program that
 * starts it. Pinned by their tags, so that a plan needs no registry.
 */
final class RuntimeImages {
    private static final String NODE = "docker.io/library/node:%s-slim";
    private static final String PYTHON = "docker.io/library/python:%s-slim";
    private static final String JAVA = "docker.io/library/eclipse-temurin:%s-jre";
    /** For programs that bring what they need. */
    private static final String PROGRAM = "docker.io/library/debian:12-slim";

    private static final String NODE_VERSION = "22";
    private static final String PYTHON_VERSION = "3.13";
    private static final String JAVA_VERSION = "21";

    private static final Set<String> NODE_VERSIONS = Set.of("18", "20", "22", "24");
    private static final Set<String> PYTHON_VERSIONS = Set.of("3.9", "3.10", "3.11", "3.12", "3.13", "3.14");
    private static final Set<String> JAVA_VERSIONS = Set.of("11", "17", "21", "25");

    /** Older than what an adapter's front is compiled for: code for them runs on that. */
    private static final Set<String> OLD_JAVA = Set.of("8", "11");

    private static final String ADAPTERS_JAVA = "17";

    /** Of the FDK for Java, by the runtime's version; they hold the FDK and its native library. */
    private static final Map<String, String> FN_JAVA = Map.of(
            "", "docker.io/fnproject/fn-java-fdk:jre17-1.1.22",
            "17", "docker.io/fnproject/fn-java-fdk:jre17-1.1.22",
            "11", "docker.io/fnproject/fn-java-fdk:jre11-1.0.105");

    /** Vendors write nodejs20, nodejs20.x, nodejs:20 and node20; python3.11, python:3.11 and python311. */
    private static final Pattern RUNTIME =
            Pattern.compile("(node|nodejs|python|java):?(default|[0-9]{1,2}(?:\\.[0-9]{1,2}|[0-9])?)?(?:\\.x)?");

    private static final List<String> NODE_PROGRAMS = List.of("node", "npm", "npx");
    private static final List<String> PYTHON_PROGRAMS = List.of("python", "python3");

    private RuntimeImages() {}

    /** For {@code function} as {@code packing} starts it. */
    static String of(Function function, Packing packing) {
        String said = function.spec().code().base();
        if (said != null) {
            return said;
        }
        String runtime = function.spec().runtime();
        Matcher named = RUNTIME.matcher(runtime == null ? "" : runtime);
        String version =
                named.matches() && named.group(2) != null && !named.group(2).equals("default") ? named.group(2) : "";
        String program = packing.command().getFirst();
        if (NODE_PROGRAMS.contains(program)) {
            return versioned(NODE, version, NODE_VERSIONS, NODE_VERSION, runtime);
        }
        if (PYTHON_PROGRAMS.contains(program)) {
            String dotted = version.matches("3[0-9]{1,2}") ? "3." + version.substring(1) : version;
            return versioned(PYTHON, dotted.equals("3") ? "" : dotted, PYTHON_VERSIONS, PYTHON_VERSION, runtime);
        }
        if (!program.equals("java")) {
            return PROGRAM;
        }
        if (function.spec().contract() != Function.Contract.FN) {
            boolean adapted = !packing.adapter().isEmpty() && OLD_JAVA.contains(version);
            return versioned(JAVA, adapted ? ADAPTERS_JAVA : version, JAVA_VERSIONS, JAVA_VERSION, runtime);
        }
        String base = FN_JAVA.get(version);
        if (base == null) {
            throw unknown(runtime);
        }
        return base;
    }

    private static String versioned(
            String name,
            String version,
            Set<String> known,
            String otherwise,
            @org.jspecify.annotations.Nullable String runtime) {
        if (!version.isEmpty() && !known.contains(version)) {
            throw unknown(runtime);
        }
        return name.formatted(version.isEmpty() ? otherwise : version);
    }

    private static PackagingException unknown(@org.jspecify.annotations.Nullable String runtime) {
        return new PackagingException(
                "spec.code",
                "no base image is known for runtime " + runtime + "; name one as code.base, for example"
                        + " docker.io/library/node:22-slim",
                null);
    }
}
