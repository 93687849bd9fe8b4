// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A runtime by the name that Function Compute gives it. */
sealed interface FcRuntime {
    /** What can be named, for people. */
    String KNOWN = "custom, custom.debian10, custom.debian11, custom.debian12, nodejs12, nodejs14, nodejs16, nodejs18,"
            + " nodejs20, nodejs22, nodejs24, python3, python3.9, python3.10, python3.12, python3.13";

    /** Any program that serves HTTP. */
    record Custom() implements FcRuntime {}

    /** A Node.js handler. */
    record Node(int version) implements FcRuntime {
        /** Files a handler may stand in, the likeliest first: ES modules came with version 18. */
        List<String> endings() {
            return version < FIRST_WITH_ES_MODULES ? List.of(".js") : List.of(".js", ".mjs", ".cjs");
        }

        private static final int FIRST_WITH_ES_MODULES = 18;
    }

    /** A Python 3 handler; {@code python3} is 3.6. */
    record Python(int minor) implements FcRuntime {}

    /** The runtime of that name; null where Function Compute has none or it does not run here. */
    static @Nullable FcRuntime of(@Nullable String name) {
        Matcher matcher = Names.SHAPE.matcher(name == null ? "" : name);
        if (!matcher.matches()) {
            return null;
        }
        if (matcher.group("node") != null) {
            return new Node(Integer.parseInt(matcher.group("node")));
        }
        if (matcher.group("python") != null) {
            return new Python(Integer.parseInt(matcher.group("python")));
        }
        return "python3".equals(name) ? new Python(Names.OLDEST_PYTHON) : new Custom();
    }

    /** How the names are built. */
    final class Names {
        private static final int OLDEST_PYTHON = 6;
        private static final Pattern SHAPE = Pattern.compile(
                "custom(?:\\.debian1[0-2])?|nodejs(?<node>12|14|16|18|20|22|24)|python3(?:\\.(?<python>9|10|12|13))?");

        private Names() {}
    }
}
