// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.util.Map;

/** Kubernetes' own object metadata, the part that a writer sets. */
public record Metadata(
        @Field(
                doc = "Name, unique among documents of its kind in its namespace.",
                required = true,
                pattern = Metadata.LABEL,
                patternSays = Metadata.LABEL_SAYS)
        String name,

        @Field(
                doc = "Namespace, as Kubernetes has them: what stands in one is referred to in that one only."
                        + " Clouds stand in 'default'.",
                fallback = "default",
                pattern = Metadata.LABEL,
                patternSays = Metadata.LABEL_SAYS)
        String namespace,

        @Field(doc = "Labels, for people and selectors.") Map<String, String> labels,

        @Field(doc = "Annotations, for tools; Weft ignores those it does not know.")
        Map<String, String> annotations) {
    /** A DNS label, as names are. */
    public static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    /** The same in words. */
    public static final String LABEL_SAYS = "a DNS label: lower-case letters, digits and '-', at most 63";

    /** The namespace of what names none. */
    public static final String DEFAULT_NAMESPACE = "default";

    /** What it is called where documents of all namespaces are: see {@link #qualified}. */
    public String qualifiedName() {
        return qualified(namespace, name);
    }

    /**
     * What a name of one namespace is called where those of all are: of {@code default} the name itself, else with its namespace
     * behind a dot, {@code checkout.shop}. No two are called the same, for no label holds a dot.
     */
    public static String qualified(String namespace, String name) {
        return namespace.equals(DEFAULT_NAMESPACE) ? name : name + '.' + namespace;
    }

    /** The name that {@link #qualified} was given. */
    public static String unqualified(String qualified) {
        int dot = qualified.indexOf('.');
        return dot < 0 ? qualified : qualified.substring(0, dot);
    }
}
