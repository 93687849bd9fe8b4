// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.spi.ContractHost;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A runtime as Azure names it.
 *
 * @param version of the language; 0 for a custom handler
 */
record AzureRuntime(Worker worker, int version) {
    /** What {@code spec.runtime} may be, for messages. */
    static final String KNOWN = "custom, node20, node22, node24, java8, java11, java17, java21 and java25";

    private static final Pattern NAME = Pattern.compile("(custom|node|nodejs|java)[|~]?([0-9]+)?(?:\\.x)?");
    private static final List<Integer> NODES = List.of(20, 22, 24);
    private static final List<Integer> JAVAS = List.of(8, 11, 17, 21, 25);

    /** What runs the code. */
    enum Worker {
        /** The user's own web server. */
        CUSTOM("custom"),
        /** Node.js with {@code @azure/functions}. */
        NODE("node"),
        /** Java with the annotations library. */
        JAVA("java");

        /** The value of {@code FUNCTIONS_WORKER_RUNTIME}. */
        final String word;

        Worker(String word) {
            this.word = word;
        }
    }

    /** The runtime of that name, or null. */
    static @Nullable AzureRuntime parse(@Nullable String runtime) {
        Matcher name = NAME.matcher(runtime == null ? "" : runtime.toLowerCase(Locale.ROOT));
        if (!name.matches()) {
            return null;
        }
        String digits = name.group(2);
        if (name.group(1).equals("custom")) {
            return digits == null ? new AzureRuntime(Worker.CUSTOM, 0) : null;
        }
        int version = digits == null || digits.length() > 2 ? 0 : Integer.parseInt(digits);
        boolean node = name.group(1).startsWith("node");
        if (!(node ? NODES : JAVAS).contains(version)) {
            return null;
        }
        return new AzureRuntime(node ? Worker.NODE : Worker.JAVA, version);
    }

    /** The language that this machine must have; null for a custom handler. */
    ContractHost.@Nullable Language language() {
        return switch (worker) {
            case CUSTOM -> null;
            case NODE -> ContractHost.Language.NODE;
            case JAVA -> ContractHost.Language.JAVA;
        };
    }
}
