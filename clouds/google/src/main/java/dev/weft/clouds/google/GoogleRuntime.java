// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost.Language;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A runtime by Google's name of it, for example {@code nodejs20}; of Python the minor version. */
record GoogleRuntime(Language language, int version) {
    /** Those this version runs, for a sentence. */
    static final String KNOWN =
            "nodejs18, nodejs20, nodejs22, nodejs24, python39 to python314, java11, java17, java21 and java25";

    /** Google's names of them. */
    static final List<String> NAMES = List.of(
            "nodejs18",
            "nodejs20",
            "nodejs22",
            "nodejs24",
            "python39",
            "python310",
            "python311",
            "python312",
            "python313",
            "python314",
            "java11",
            "java17",
            "java21",
            "java25");

    /** What the framework and its libraries run on. */
    private static final int OLDEST_PYTHON = 10;

    private static final Pattern NAME =
            Pattern.compile("(nodejs)(18|20|22|24)|(java)(11|17|21|25)|(python)3(9|1[0-4])");

    /** The function's; null where this version has none of that name. */
    static @Nullable GoogleRuntime of(Function function) {
        String name = function.spec().runtime();
        Matcher parts = NAME.matcher(name == null ? "" : name);
        if (!parts.matches()) {
            return null;
        }
        if (parts.group(1) != null) {
            return new GoogleRuntime(Language.NODE, Integer.parseInt(parts.group(2)));
        }
        return parts.group(3) != null
                ? new GoogleRuntime(Language.JAVA, Integer.parseInt(parts.group(4)))
                : new GoogleRuntime(Language.PYTHON, Math.max(OLDEST_PYTHON, Integer.parseInt(parts.group(6))));
    }
}
