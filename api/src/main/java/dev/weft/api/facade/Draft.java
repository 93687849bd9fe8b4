// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A function as a vendor's client wants it: what a document of it would say, but for where a zip file of code is. Whether it is right is
 * found out as it is for any document.
 *
 * <p>Where it runs its labels say: {@value #CLOUDS}, names of clouds with {@code _} between them, and {@value #STRATEGY}. Without
 * them it goes to the first cloud of {@code home}, and where there is none, to the first of all.
 *
 * @param name in Weft
 * @param labels the vendor's tags
 * @param annotations what the client said of it that means nothing to Weft and is only shown again
 * @param spec the document's, in the words and forms of YAML; without {@code env} and {@code placement}, and of {@code code} with an
 *     image or nothing
 * @param env literal values; may hold secrets
 * @param home what cloud the client believes to speak to
 */
public record Draft(
        String name,
        Map<String, String> labels,
        Map<String, String> annotations,
        Map<String, Object> spec,
        Map<String, String> env,
        Cloud.Type home) {
    /** Annotation of every function that a client put: what cloud it believed to speak to. */
    public static final String HOME = "weft.dev/made-by-client-of";

    /** Annotation with the name that the client gave it, where that is not its name in Weft. */
    public static final String NAME = "weft.dev/name";

    /** Annotation of a function that is an earlier state of another: that one's name. It goes when the other goes. */
    public static final String VERSION_OF = "weft.dev/version-of";

    /** Before the names of annotations that are of a function itself: versions of it have none of them. */
    public static final String ITSELF = "weft.dev/itself.";

    /** Label that says on which clouds it runs. */
    public static final String CLOUDS = "weft-clouds";

    /** Label that says how a call picks one of them. */
    public static final String STRATEGY = "weft-strategy";

    private static final String CODE = "code";
    private static final String IMAGE = "image";

    public Draft {
        labels = sorted(labels);
        annotations = sorted(annotations);
        spec = sorted(spec);
        env = sorted(env);
    }

    private static <T> Map<String, T> sorted(Map<String, T> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /** The same with other tags. */
    public Draft withLabels(Map<String, String> others) {
        return new Draft(name, others, annotations, spec, env, home);
    }

    /** The same with another value of a field of the spec, or without it where {@code value} is null. */
    public Draft withSpec(String field, @Nullable Object value) {
        Map<String, Object> other = new TreeMap<>(spec);
        if (value == null) {
            other.remove(field);
        } else {
            other.put(field, value);
        }
        return new Draft(name, labels, annotations, other, env, home);
    }

    /** The container image that it runs; null where it runs code of a zip file. */
    public @Nullable String image() {
        return spec.get(CODE) instanceof Map<?, ?> code && code.get(IMAGE) instanceof String image ? image : null;
    }

    /** The same that runs {@code image}. */
    public Draft withImage(String image) {
        return withSpec(CODE, Map.of(IMAGE, image));
    }

    /** The same with one more annotation, or without it where {@code value} is null. */
    public Draft with(String annotation, @Nullable String value) {
        Map<String, String> others = new TreeMap<>(annotations);
        if (value == null) {
            others.remove(annotation);
        } else {
            others.put(annotation, value);
        }
        return new Draft(name, labels, others, spec, env, home);
    }

    /** What {@code function} is called by the client that put it; its name in Weft where it has no other. */
    public static String shownName(Function function) {
        return function.metadata()
                .annotations()
                .getOrDefault(NAME, function.metadata().name());
    }

    /** Values of a document, each with what would be a reference made literal. */
    public static Map<String, String> escaped(Map<String, String> env) {
        return each(env, value -> value.replace("${", "$${"));
    }

    /** What {@link #escaped} was given. */
    public static Map<String, String> literal(Map<String, String> env) {
        return each(env, value -> value.replace("$${", "${"));
    }

    private static Map<String, String> each(Map<String, String> all, UnaryOperator<String> change) {
        Map<String, String> changed = new TreeMap<>(all);
        changed.replaceAll((_, value) -> change.apply(value));
        return changed;
    }

    /** Without values: they may be secrets. */
    @Override
    public String toString() {
        return "Draft[" + name + ", values redacted]";
    }
}
