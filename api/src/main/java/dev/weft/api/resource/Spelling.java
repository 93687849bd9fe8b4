// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;
import java.util.Set;

/** How an enum's constants are written in documents; without it, in lower case with dashes. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Spelling {
    /** The style of every constant. */
    Style value();

    /** Ways to write {@code PATH_PREFIX}. */
    enum Style {
        /** path-prefix. */
        KEBAB,
        /** PathPrefix, and URLRewrite. */
        PASCAL,
        /** PATH_PREFIX. */
        UPPER
    }

    /** Writes and finds constants. */
    final class Words {
        private static final Set<String> ACRONYMS = Set.of("URL", "CORS");

        private Words() {}

        /** {@code constant} as a document spells it. */
        public static String of(Enum<?> constant) {
            Spelling spelling = constant.getDeclaringClass().getAnnotation(Spelling.class);
            return switch (spelling == null ? Style.KEBAB : spelling.value()) {
                case KEBAB -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
                case UPPER -> constant.name();
                case PASCAL -> pascal(constant.name());
            };
        }

        private static String pascal(String name) {
            StringBuilder out = new StringBuilder();
            for (String word : name.split("_", -1)) {
                String rest = word.substring(1);
                out.append(word.charAt(0)).append(ACRONYMS.contains(word) ? rest : rest.toLowerCase(Locale.ROOT));
            }
            return out.toString();
        }
    }
}
