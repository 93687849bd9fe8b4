// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.util.Map;

/** Kubernetes' own object metadata, the part that a writer sets. */
public record Metadata(
        @Field(
                doc = "Name, unique among documents of its kind.",
                required = true,
                pattern = Metadata.LABEL,
                patternSays = "a DNS label: lower-case letters, digits and '-', at most 63")
        String name,

        @Field(
                doc = "Kubernetes namespace; outside Kubernetes there is only 'default'.",
                fallback = "default",
                pattern = Metadata.LABEL,
                patternSays = "a DNS label: lower-case letters, digits and '-', at most 63")
        String namespace,

        @Field(doc = "Labels, for people and selectors.") Map<String, String> labels,

        @Field(doc = "Annotations, for tools; Weft ignores those it does not know.")
        Map<String, String> annotations) {
    /** A DNS label, as names are. */
    public static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
}
