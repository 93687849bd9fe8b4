// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.api.resource.Function;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which code runs where. A pair is here once its row of tests passes, and docs/reference/adapters.md says the same. */
final class Pairs {
    private static final Set<Target> ALL = EnumSet.allOf(Target.class);

    /** OpenWhisk's kinds of Java are java:8, which is older than the front. */
    private static final Set<Target> JAVA = EnumSet.complementOf(EnumSet.of(Target.OPENWHISK));

    private static final Map<Source.Language, Set<Target>> FRONTS =
            Map.of(Source.Language.NODE, ALL, Source.Language.PYTHON, ALL, Source.Language.JAVA, JAVA);

    private Pairs() {}

    static boolean has(Function.Contract contract, Source.Language language, Target target) {
        boolean opened =
                switch (language) {
                    case NODE, PYTHON -> true;
                    case JAVA -> contract != Function.Contract.OPENWHISK;
                };
        return opened
                && !target.owns(contract)
                && FRONTS.getOrDefault(language, Set.of()).contains(target);
    }

    /** Where such code runs besides its own cloud, for a sentence. */
    static String targets(Function.Contract contract, Source.Language language) {
        return ALL.stream()
                .filter(each -> has(contract, language, each))
                .map(Target::title)
                .collect(Collectors.joining(", "));
    }
}
